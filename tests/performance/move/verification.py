"""How many rows a second are compared, by what method."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from shared_db.move.compare import ComparedTable, Snapshot, comparable_tables, compare
from shared_db.move.snapshots import export_snapshot
from shared_db.move.subject import connect

from tests.performance.move.arena import TARGET, Arena
from tests.performance.move.contender import Ground
from tests.performance.move.dataset import SCHEMA
from tests.performance.move.errors import CannotMeasure
from tests.performance.move.options import Options
from tests.performance.move.our_copy import OurCopy

DATABASE = "bench_verified"


def measure_verification(
    arena: Arena, source: str, options: Options, say: Callable[[str], None]
) -> dict[str, Any]:
    """Compare a table by its binary form, the same by text, and one whose enum is text.

    Raises:
        CannotMeasure: the copy is not equal to its source.
    """
    scratch = arena.folder / "verification"
    scratch.mkdir()
    ground = Ground(arena, source, DATABASE, options.jobs, scratch)
    with arena.database(TARGET, DATABASE):
        ours = OurCopy()
        try:
            ours.copy(ground)
        finally:
            ours.clean(ground)
        rates: dict[str, list[int]] = {}
        for number in range(options.rounds):
            arena.settle()
            for name, rate in _round(ground).items():
                rates.setdefault(name, []).append(rate)
                say(f"round {number + 1}: {name} {rate:,} rows/s and side")
    return {
        "rows_per_second_and_side": {
            name: {"median": round(statistics.median(found)), "rounds": found}
            for name, found in rates.items()
        },
        "how": f"compare(), both sides at the same time, {options.jobs} connections to each",
    }


def _round(ground: Ground) -> dict[str, int]:
    with (
        connect(ground.source_side) as at_source,
        connect(ground.target_side) as at_target,
    ):
        tables = {t.name: t for t in comparable_tables(at_source, SCHEMA)}
        snapshots = (
            Snapshot(ground.source_side, export_snapshot(at_source), "bench"),
            Snapshot(ground.target_side, export_snapshot(at_target), "bench"),
        )
        ledger = tables["ledger_entries"]
        cases = {
            "ledger_by_record": ledger,
            "ledger_by_text": replace(ledger, binary=()),
            "payments_with_one_column_by_text": tables["payments"],
        }
        return {name: _rate(snapshots, table, ground.jobs) for name, table in cases.items()}


def _rate(snapshots: tuple[Snapshot, Snapshot], table: ComparedTable, jobs: int) -> int:
    (result,) = compare(*snapshots, [table], jobs=jobs)
    if not result.equal:
        raise CannotMeasure(f"{result.table} differs after the copy: {result.differences[:3]}")
    return round(result.rows_source / result.seconds)
