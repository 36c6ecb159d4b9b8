"""The load: wrk, which takes little of the core that it shares with PostgreSQL."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.performance.api.errors import CannotMeasure

_SCRIPT = Path(__file__).with_name("wrk.lua")
_MARK = "RESULT "


@dataclass(frozen=True, kw_only=True)
class Requests:
    """What is asked again and again.

    Args:
        url: ``http://host:port``.
        paths: taken in turn.
        token: the access token, empty for none.
        method: of all requests.
        body: sent with each, empty for none.
        content_type: of the body.
        keyed: whether each gets an ``Idempotency-Key`` of its own.
    """

    url: str
    paths: tuple[str, ...]
    token: str = ""
    method: str = "GET"
    body: str = ""
    content_type: str = "application/json"
    keyed: bool = False


@dataclass(frozen=True)
class Load:
    """What wrk counted: requests that were answered, milliseconds until they were."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float


def run_wrk(requests: Requests, *, seconds: int, connections: int) -> Load:
    """Send requests for some seconds.

    Raises:
        CannotMeasure: wrk is not installed, or a request was not answered with success.
    """
    program = shutil.which("wrk")
    if program is None:
        raise CannotMeasure("wrk is not installed: install the package wrk of your system.")
    command = [program, "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(_SCRIPT)]
    finished = subprocess.run(
        [*command, requests.url],
        env={**os.environ, **_environment(requests)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    line = next((one for one in finished.stdout.splitlines() if one.startswith(_MARK)), "")
    if not line:
        raise CannotMeasure(f"wrk failed: {finished.stderr.strip() or finished.stdout.strip()}")
    found = json.loads(line.removeprefix(_MARK))
    if found["refused"] or found["broken"]:
        raise CannotMeasure(f"{requests.method} {requests.url}{requests.paths[0]} failed: {found}")
    return Load(found["requests"], found["seconds"], found["p50_ms"], found["p99_ms"])


def _environment(requests: Requests) -> dict[str, str]:
    return {
        "BENCH_AUTHORIZATION": f"Bearer {requests.token}",
        "BENCH_METHOD": requests.method,
        "BENCH_PATHS": "\n".join(requests.paths),
        "BENCH_BODY": requests.body,
        "BENCH_CONTENT_TYPE": requests.content_type,
        "BENCH_KEY": f"bench-{secrets.token_hex(6)}-" if requests.keyed else "",
    }
