"""All copies, interleaved: each round measures every contender once, in another order."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.performance.move.arena import SOURCE, TARGET, Arena
from tests.performance.move.contender import Contender, Ground
from tests.performance.move.dataset import state
from tests.performance.move.dump_restore import DumpRestore
from tests.performance.move.errors import CannotMeasure, Unavailable
from tests.performance.move.initial_sync import InitialSync
from tests.performance.move.options import Options
from tests.performance.move.our_copy import OurCopy
from tests.performance.move.pgcopydb import PgCopyDb

TARGET_DATABASE = "bench_copy"
CONTENDERS: tuple[Contender, ...] = (
    OurCopy(),
    DumpRestore(""),
    DumpRestore("none"),
    InitialSync(indexes_first=True),
    InitialSync(indexes_first=False),
    PgCopyDb(),
)


@dataclass(frozen=True)
class Measurement:
    """One copy.

    Args:
        round: from 1.
        contender: its name.
        seconds: how long it took.
        load: the machine's load average of a minute before it began.
    """

    round: int
    contender: str
    seconds: float
    load: float


def measure_copies(
    arena: Arena, source: str, options: Options, say: Callable[[str], None]
) -> dict[str, Any]:
    """Measure all contenders in all rounds.

    Raises:
        CannotMeasure: a copy came out incomplete.
    """
    scratch = arena.folder / "scratch"
    scratch.mkdir()
    ground = Ground(arena, source, TARGET_DATABASE, options.jobs, scratch)
    wanted = [one for one in CONTENDERS if one.name.startswith(options.contenders or ("",))]
    expected = state(arena.url(SOURCE, source))
    measured: list[Measurement] = []
    unavailable: dict[str, str] = {}
    with suppress(Unavailable):  # the first copy on new servers takes longer, whoever makes it
        _measure(wanted[0], ground, 0, expected)
    for number in range(options.rounds):
        turn = number % len(wanted)
        for contender in [*wanted[turn:], *wanted[:turn]]:
            if contender.name in unavailable:
                continue
            try:
                one = _measure(contender, ground, number + 1, expected)
            except Unavailable as error:
                unavailable[contender.name] = str(error)
                say(f"round {number + 1}: {contender.name}: {error}")
            else:
                measured.append(one)
                say(f"round {number + 1}: {one.contender} {one.seconds:.2f} s")
    return summary(wanted, measured, unavailable)


def summary(
    contenders: Sequence[Contender], measured: Sequence[Measurement], unavailable: dict[str, str]
) -> dict[str, Any]:
    """Medians, and our own as a ratio of each peer's and of the best peer's."""
    medians = {
        contender.name: statistics.median(
            one.seconds for one in measured if one.contender == contender.name
        )
        for contender in contenders
        if contender.name not in unavailable
    }
    peers = {name: seconds for name, seconds in medians.items() if name != OurCopy.name}
    ours = medians.get(OurCopy.name)
    best = min(peers, key=peers.__getitem__) if peers else None
    ratios = {name: round(ours / s, 3) for name, s in peers.items()} if ours else {}
    return {
        "contenders": {contender.name: contender.how for contender in contenders},
        "unavailable": unavailable,
        "rounds": [
            {
                "round": one.round,
                "contender": one.contender,
                "seconds": round(one.seconds, 3),
                "load_before": round(one.load, 2),
            }
            for one in measured
        ],
        "median_seconds": {name: round(seconds, 3) for name, seconds in medians.items()},
        "best_peer": best,
        "ratio_to_best_peer": ratios.get(best) if best else None,
        "ratios": ratios,
    }


def _measure(
    contender: Contender, ground: Ground, number: int, expected: tuple[object, ...]
) -> Measurement:
    with ground.arena.database(TARGET, ground.target):
        ground.arena.settle()
        load = os.getloadavg()[0]
        try:
            began = time.perf_counter()
            contender.copy(ground)
            seconds = time.perf_counter() - began
            found = state(ground.target_url)
        finally:
            contender.clean(ground)
    if found != expected:
        raise CannotMeasure(f"{contender.name} copied {found} instead of {expected}.")
    return Measurement(number, contender.name, seconds, load)
