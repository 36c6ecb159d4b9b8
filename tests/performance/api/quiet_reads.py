"""Whether logins disturb reads: p99 of reads at one process, without logins and beside some."""

from __future__ import annotations

import statistics
import threading
import time
from typing import Any

import httpx

from tests.performance.api.options import Options
from tests.performance.api.stage import EMAIL, PASSWORD, Stage
from tests.performance.api.wrk import Requests, run_wrk

LOGINS_PER_SECOND = 5
_WINDOWS = 5


def measure_reads(stage: Stage, options: Options) -> dict[str, Any]:
    """Interleaved windows at the auth service: idle, with logins, idle, …"""
    requests = Requests(url=stage.urls["auth"], paths=("/v1/users/me",), token=stage.token())
    idle, busy = [], []
    for _ in range(_WINDOWS):
        idle.append(_p99(requests, options))
        with _Logins(stage.urls["auth"]):
            busy.append(_p99(requests, options))
    return {
        "logins_per_second": LOGINS_PER_SECOND,
        "p99_ms_idle": idle,
        "p99_ms_with_logins": busy,
        "ratio_of_medians": round(statistics.median(busy) / statistics.median(idle), 2),
    }


def _p99(requests: Requests, options: Options) -> float:
    return run_wrk(requests, seconds=options.seconds, connections=1).p99_ms


class _Logins:
    """Logs in on a schedule until the block ends."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/v1/auth/login"
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="logins", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        due = time.monotonic()
        with httpx.Client() as http:
            while not self._ended.wait(max(due - time.monotonic(), 0)):
                http.post(self._url, json={"email": EMAIL, "password": PASSWORD})
                due += 1 / LOGINS_PER_SECOND
