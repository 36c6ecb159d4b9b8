"""Comparing all tables of two snapshots."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from shared_db.move.compare.buckets import PagedSide
from shared_db.move.compare.differences import find_differences
from shared_db.move.compare.readers import Readers
from shared_db.move.compare.result import TableResult
from shared_db.move.compare.snapshot import Snapshot
from shared_db.move.compare.tables import ComparedTable
from shared_db.move.compare.totals import SideTotals, ask_both

LISTED = 100
"""How many differences of a table are told in full."""


def compare(
    source: Snapshot,
    target: Snapshot,
    tables: Sequence[ComparedTable],
    *,
    jobs: int = 2,
    told: Callable[[TableResult], None] = lambda _: None,
    limit: int = LISTED,
) -> list[TableResult]:
    """Compare every row of the tables.

    The tables stay locked (ACCESS SHARE) on both sides until it is done: what takes an ACCESS
    EXCLUSIVE lock, such as DROP TRIGGER, waits meanwhile.

    Args:
        source: a state of one database.
        target: the state of the other that should be the same.
        tables: the tables of the source; the target has them with the same columns.
        jobs: connections to each side, both at the same time; with one, a side works after the
            other and rests (``pacing``), so that live traffic keeps most of the processors.
        told: called with each result when it is known, equal tables first.
        limit: how many differences of a table are told in full; all are counted.

    Returns:
        The results in the order of ``tables``.

    Raises:
        DatabaseUnavailable: a server cannot be reached, or dropped a connection.
        MissingPrivilege: a role may not read a table, or a policy hides rows from it.
        MoveFailed: a snapshot or table is gone, or a table is locked for a change.
    """
    with Readers(source, tables, jobs) as left, Readers(target, tables, jobs) as right:
        totals = ask_both(left, right, tables)
        results = []
        for table, (ours, theirs) in zip(tables, totals, strict=True):
            results.append(_result(table, ours, theirs, jobs))
            if results[-1].equal:
                told(results[-1])
        for position, result in enumerate(results):
            if not result.equal:
                ours, theirs = totals[position]
                sides = PagedSide(left, ours.pages), PagedSide(right, theirs.pages)
                results[position] = _with_differences(result, tables[position], sides, limit)
                told(results[position])
    return results


def _result(table: ComparedTable, ours: SideTotals, theirs: SideTotals, jobs: int) -> TableResult:
    source, target = ours.wait(), theirs.wait()
    return TableResult(
        table=str(table),
        rows_source=source.digest.rows,
        rows_target=target.digest.rows,
        equal=source.digest == target.digest,
        seconds=max(source.seconds, target.seconds) / jobs,
        method="record" if table.exact_record else "text",
    )


def _with_differences(
    result: TableResult, table: ComparedTable, sides: tuple[PagedSide, PagedSide], limit: int
) -> TableResult:
    began = time.monotonic()
    found = find_differences(table, *sides, limit=limit)
    return replace(
        result,
        seconds=result.seconds + time.monotonic() - began,
        differences=found.first,
        differences_total=found.total,
    )
