"""Two minutes of traffic around the move of one service, all as it should be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rehearsal.exchanged import Sent, Shown
from rehearsal.records import RUN, Record
from rehearsal.report import Events, Facts, MovedService

BEGIN = 1_000.0
RATE = 120
SERVICE = "payments"


def requests(seconds: int = 60) -> Iterator[Record]:
    """Reads of 5 ms each, and a login of 80 ms each second."""
    for n in range(seconds * RATE):
        at = BEGIN + n / RATE
        yield Record(n, RUN, "get", SERVICE, "ada", at, at, at + 0.005, 200, "", Sent(), Shown())
    for n in range(seconds):
        at = BEGIN + n
        yield Record(
            100_000 + n, RUN, "login", "auth", "ada", at, at, at + 0.08, 200, "", Sent(), Shown()
        )


def phase(name: str, begin: float, end: float) -> list[dict[str, Any]]:
    common = {"service": SERVICE, "run_id": "r", "event": "phase", "phase": name}
    return [
        {**common, "at": BEGIN + begin, "state": "begin"},
        {**common, "at": BEGIN + end, "state": "end"},
    ]


def event(at: float, what: str, **values: Any) -> dict[str, Any]:
    return {"at": BEGIN + at, "service": SERVICE, "run_id": "r", "event": what, **values}


def compared(at: float, kind: str, rows: int) -> dict[str, Any]:
    values = {"table": "payments.refunds", "rows": rows, "equal": True, "seconds": 1.0}
    return event(at, "table", kind=kind, **values)


def hold(kind: str, at: float, ms: float, *, ok: bool = True, reason: str = "") -> dict[str, Any]:
    begin = BEGIN + at
    times = {"begin": begin, "end": begin + ms / 1000, "hold_ms": ms}
    return event(at, "hold", kind=kind, ok=ok, reason=reason, **times)


@pytest.fixture
def records() -> list[Record]:
    return list(requests())


@pytest.fixture
def lines() -> list[dict[str, Any]]:
    return [
        *phase("copy", 10, 20),
        event(15, "copy", bytes_done=50, bytes_total=100),
        event(20, "done", phase="copy", seconds=10.0, rows=1000, bytes=100),
        event(21, "lag", bytes=512),
        *phase("verify", 22, 25),
        hold("verify", 22, 4.0),
        compared(24, "verify", 400),
        *phase("cut", 30, 30.02),
        hold("cut", 30, 20.0, ok=False, reason="the lock was not granted"),
        hold("cut", 30.5, 9.5),
        compared(33, "cut", 500),
        hold("rollback", 40, 12.5),
    ]


@pytest.fixture
def events(lines: list[dict[str, Any]]) -> Events:
    return Events.of_lines(iter(lines))


@pytest.fixture
def facts() -> Facts:
    moved = MovedService(service=SERVICE, source="one:5432/a", target="two:5432/b")
    return Facts(services=[moved], environment={"PostgreSQL": "18.6"})
