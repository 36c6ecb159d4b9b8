"""The figures of each moved service."""

from __future__ import annotations

from dataclasses import dataclass, field

from rehearsal.report.events import Compared, Events, Hold
from rehearsal.report.facts import MovedService


@dataclass(frozen=True)
class TableFigures:
    """A table of which all rows were compared: ``equal`` if they were at each comparison."""

    name: str
    rows: int
    equal: bool
    differences: list[object] = field(default_factory=list)


@dataclass(frozen=True)
class ServiceFigures:
    """A service's move.

    Args:
        service: its name.
        source: where it lived.
        target: where it went.
        rows: rows copied.
        bytes: bytes copied.
        copy_seconds: how long that took.
        verify_rows_per_second: rows compared per second and side.
        hold_ms: from the LOCK request to COMMIT; the longest, if it was cut more than once.
        cuts: all attempts.
        rollback_hold_ms: the same for the rollback; None without one.
        tables: all that were compared.
    """

    service: str
    source: str
    target: str
    rows: int
    bytes: int
    copy_seconds: float
    verify_rows_per_second: float
    hold_ms: float | None
    cuts: list[Hold]
    rollback_hold_ms: float | None
    tables: list[TableFigures]


def service_figures(moved: MovedService, events: Events) -> ServiceFigures:
    """Work the figures of one service out."""
    copies = [done for done in events.copies if done.service == moved.service]
    compared = [table for table in events.compared if table.service == moved.service]
    cuts = _holds(events, moved.service, "cut")
    return ServiceFigures(
        service=moved.service,
        source=moved.source,
        target=moved.target,
        rows=copies[-1].rows if copies else 0,
        bytes=copies[-1].bytes if copies else 0,
        copy_seconds=round(copies[-1].seconds, 3) if copies else 0.0,
        verify_rows_per_second=_rows_per_second(compared),
        hold_ms=_longest(cuts),
        cuts=cuts,
        rollback_hold_ms=_longest(_holds(events, moved.service, "rollback")),
        tables=_tables(compared),
    )


def _holds(events: Events, service: str, kind: str) -> list[Hold]:
    return [hold for hold in events.holds if (hold.service, hold.kind) == (service, kind)]


def _longest(holds: list[Hold]) -> float | None:
    return max((round(hold.hold_ms, 2) for hold in holds if hold.ok), default=None)


def _rows_per_second(compared: list[Compared]) -> float:
    seconds = sum(table.seconds for table in compared)
    return round(sum(table.rows for table in compared) / seconds) if seconds else 0.0


def _tables(compared: list[Compared]) -> list[TableFigures]:
    """Each table once: the rows of its last comparison, equal if every comparison was."""
    by_name: dict[str, list[Compared]] = {}
    for each in compared:
        by_name.setdefault(each.table, []).append(each)
    return [
        TableFigures(
            name,
            each[-1].rows,
            all(comparison.equal for comparison in each),
            [difference for comparison in each for difference in comparison.differences],
        )
        for name, each in sorted(by_name.items())
    ]
