"""The windows of measurement: every contender on every path, in turn, round after round."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.performance.api.contender import LOGIN, PATHS, Contender
from tests.performance.api.options import Options
from tests.performance.api.processor import times
from tests.performance.api.wrk import run_wrk

_HASHING = 2
"""Connections for logins, which take a core for many milliseconds each."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Window:
    """One contender on one path for some seconds.

    Args:
        server_us: microseconds of the server process's CPU for each request.
        postgres_us: those of PostgreSQL's backends.
        rate: requests each second.
        p50_ms: half of the requests took less.
        p99_ms: one in a hundred took longer.
    """

    server_us: float
    postgres_us: float
    rate: float
    p50_ms: float
    p99_ms: float


Figures = dict[str, dict[str, list[Window]]]
"""By path and contender, one for each round."""


def measure(
    contenders: Callable[[], Sequence[Contender]], postmaster: int, options: Options, say: Say
) -> Figures:
    """Measure all; the order of contenders changes from round to round.

    Args:
        contenders: gives them with tokens that have not expired.
        postmaster: PostgreSQL's process.
        options: rounds, seconds, connections.
        say: told of each window.
    """
    figures: Figures = {path: {} for path in PATHS}
    for number in range(options.rounds):
        present = list(contenders())
        turn = number % len(present)
        for path in PATHS:
            for contender in (*present[turn:], *present[:turn]):
                found = _window(contender, path, postmaster, options)
                figures[path].setdefault(contender.name, []).append(found)
                say(
                    f"round {number + 1}: {path} {contender.name}: {found.server_us:.0f} µs, "
                    f"PostgreSQL {found.postgres_us:.0f} µs, {found.rate:.0f} requests/s"
                )
    return figures


def summary(figures: Figures) -> dict[str, Any]:
    """Medians, and the CPU of ours as a ratio of the others'."""
    result: dict[str, Any] = {}
    for path, by_contender in figures.items():
        medians = {
            name: {
                field: round(statistics.median(getattr(one, field) for one in windows), 2)
                for field in Window.__dataclass_fields__
            }
            for name, windows in by_contender.items()
        }
        ours = medians["ours"]["server_us"]
        result[path] = {
            "medians": medians,
            "rounds": {
                name: [round(one.server_us, 1) for one in windows]
                for name, windows in by_contender.items()
            },
            "times_the_floor": round(ours / medians["floor"]["server_us"], 2),
        }
        if "peer" in medians:
            result[path]["cheaper_than_the_peer"] = round(medians["peer"]["server_us"] / ours, 2)
    return result


def _window(contender: Contender, path: str, postmaster: int, options: Options) -> Window:
    requests, pid = contender.requests[path], contender.pids[path]
    connections = min(options.connections, _HASHING) if path == LOGIN else options.connections
    run_wrk(requests, seconds=1, connections=connections)
    before = times(pid, postmaster)
    load = run_wrk(requests, seconds=options.seconds, connections=connections)
    used = times(pid, postmaster) - before
    return Window(
        used.server / load.requests * 1e6,
        used.postgres / load.requests * 1e6,
        load.requests / load.seconds,
        load.p50_ms,
        load.p99_ms,
    )
