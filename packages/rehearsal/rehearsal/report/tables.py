"""The figures as rows of text."""

from __future__ import annotations

from rehearsal.report.report import Report

_MIB = 1024 * 1024

Rows = list[tuple[str, ...]]


def key_figures(report: Report) -> list[tuple[str, str]]:
    """What to see first."""
    traffic = report.traffic
    holds = [service.hold_ms for service in report.services if service.hold_ms is not None]
    return [
        ("requests", f"{traffic.requests:,}"),
        ("failed", f"{traffic.failed:,}"),
        ("acknowledged writes", f"{traffic.acknowledged_writes:,}"),
        ("lost", f"{traffic.lost:,}"),
        ("duplicated", f"{traffic.duplicated:,}"),
        ("stale reads", f"{traffic.stale_reads:,}"),
        ("longest hold", f"{max(holds):.1f} ms" if holds else "none"),
        ("longest request", f"{traffic.latencies.longest_ms:.0f} ms"),
        ("median, 99 %", f"{traffic.latencies.p50_ms:.1f}, {traffic.latencies.p99_ms:.0f} ms"),
        ("rate before", f"{traffic.rate_before:.0f} / s"),
        ("lowest rate", f"{traffic.rate_lowest:.0f} / s"),
        ("password hashing, 99 %", f"{traffic.hashing.latencies.p99_ms:.0f} ms"),
    ]


def service_rows(report: Report) -> Rows:
    """A row for each service."""
    head = (
        "service", "from", "to", "rows", "MiB", "copy, s", "verified rows / s", "hold, ms",
        "cut attempts", "rollback hold, ms",
    )  # fmt: skip
    rows: Rows = [head]
    rows += [
        (
            each.service,
            each.source,
            each.target,
            f"{each.rows:,}",
            f"{each.bytes / _MIB:,.1f}",
            f"{each.copy_seconds:.1f}",
            f"{each.verify_rows_per_second:,.0f}",
            _ms(each.hold_ms),
            "; ".join(f"{cut.hold_ms:.1f} ms {cut.reason}".strip() for cut in each.cuts),
            _ms(each.rollback_hold_ms),
        )
        for each in report.services
    ]
    return rows


def table_rows(report: Report) -> Rows:
    """A row for each table that was compared."""
    rows: Rows = [("table", "rows", "both sides")]
    rows += [
        (table.name, f"{table.rows:,}", "equal, row by row" if table.equal else "DIFFER")
        for service in report.services
        for table in service.tables
    ]
    return rows


def phase_rows(report: Report) -> Rows:
    """A row for each phase."""
    rows: Rows = [("service", "phase", "seconds", "answered / s", "median", "99 %", "slowest, ms")]
    rows += [
        (
            phase.service,
            phase.phase,
            f"{phase.seconds:.2f}",
            f"{phase.rate:.1f}",
            f"{phase.latencies.p50_ms:.1f}",
            f"{phase.latencies.p99_ms:.1f}",
            f"{phase.latencies.longest_ms:.1f}",
        )
        for phase in report.phases
    ]
    return rows


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
