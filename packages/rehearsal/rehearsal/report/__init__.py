"""The report of a rehearsal: figures, verdict, ``report.json`` and ``report.html``."""

from rehearsal.report.events import Events, read_events
from rehearsal.report.facts import Facts, MovedService
from rehearsal.report.report import Report, build_report, document
from rehearsal.report.verdict import NO_LIMITS, Limits
from rehearsal.report.write import write_report

__all__ = [
    "NO_LIMITS",
    "Events",
    "Facts",
    "Limits",
    "MovedService",
    "Report",
    "build_report",
    "document",
    "read_events",
    "write_report",
]
