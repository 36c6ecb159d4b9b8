"""Writes the report's two files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rehearsal.records import Record
from rehearsal.report.events import Events
from rehearsal.report.page import page
from rehearsal.report.report import Report, document


def write_report(
    folder: Path, report: Report, records: Sequence[Record], events: Events
) -> tuple[Path, Path]:
    """Write ``report.json`` and ``report.html``.

    Args:
        folder: is made if it is not there.
        report: the figures.
        records: of the traffic, for the plots.
        events: of the moves, for the plots.

    Returns:
        The two files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data, html = folder / "report.json", folder / "report.html"
    data.write_text(json.dumps(document(report), indent=2) + "\n", encoding="utf-8")
    html.write_text(page(report, records, events), encoding="utf-8")
    return data, html
