"""A server that takes part: one process, and what is asked of it on each path."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.performance.api.errors import CannotMeasure
from tests.performance.api.processor import SERVER_CORE, pin
from tests.performance.api.wrk import Requests

READ, LIST, CREATE, LOGIN = "read", "list", "create", "login"
PATHS = (READ, LIST, CREATE, LOGIN)
_PATIENCE = 30.0


@dataclass(frozen=True)
class Contender:
    """A contender, running.

    Args:
        name: as the report calls it.
        pids: of the one process that serves a path, by path.
        requests: what to ask on each path.
    """

    name: str
    pids: Mapping[str, int]
    requests: Mapping[str, Requests]


@contextmanager
def uvicorn(
    app: str, port: int, environment: Mapping[str, str], folder: Path, python: str = sys.executable
) -> Iterator[int]:
    """Serve an application with one process, with the loop and parser that our services use.

    Yields:
        the process id.

    Raises:
        CannotMeasure: it did not start.
    """
    command = [python, "-m", "uvicorn", app, f"--port={port}", "--no-access-log"]
    log = folder / f"{app.partition(':')[0]}.log"
    with log.open("w") as file:
        process = subprocess.Popen(
            [*command, "--loop=uvloop", "--http=httptools", "--log-level=warning"],
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        _await_answer(process, port, log)
        pin(process.pid, SERVER_CORE)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_answer(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            httpx.get(f"http://127.0.0.1:{port}/openapi.json")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    last = " / ".join(log.read_text().strip().splitlines()[-3:])
    raise CannotMeasure(f"{process.args!r} does not answer: {last}")
