"""Comparing all tables of two snapshots."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shared_db.move.compare.readers import Readers
from shared_db.move.compare.result import TableResult
from shared_db.move.compare.snapshot import Snapshot
from shared_db.move.compare.tables import ComparedTable
from shared_db.move.compare.totals import SideTotals, ask_totals


def compare(
    source: Snapshot,
    target: Snapshot,
    tables: Sequence[ComparedTable],
    *,
    jobs: int = 2,
    told: Callable[[TableResult], None] = lambda _: None,
) -> list[TableResult]:
    with Readers(source, tables, jobs) as left, Readers(target, tables, jobs) as right:
        totals = zip(tables, ask_totals(left, tables), ask_totals(right, tables), strict=True)
        results = []
        for table, ours, theirs in totals:
            results.append(_result(table, ours, theirs))
            told(results[-1])
        return results


def _result(table: ComparedTable, ours: SideTotals, theirs: SideTotals) -> TableResult:
    source, target = ours.wait(), theirs.wait()
    return TableResult(
        table=str(table),
        rows_source=source.digest.rows,
        rows_target=target.digest.rows,
        equal=source.digest == target.digest,
        seconds=max(source.ended, target.ended) - min(source.began, target.began),
        method="record" if table.exact_record else "text",
    )
