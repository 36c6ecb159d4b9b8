"""``report.html``: one file with everything in it, to be opened without a network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from plotly.io import to_html  # type: ignore[import-untyped]
from plotly.offline import get_plotlyjs  # type: ignore[import-untyped]

from rehearsal.records import Record
from rehearsal.report import plots
from rehearsal.report.events import Events
from rehearsal.report.report import Report
from rehearsal.report.tables import key_figures, phase_rows, service_rows, table_rows
from rehearsal.report.traffic import mix_of

_SHOWN_FINDINGS = 50
_CONFIG = {"displayModeBar": False, "responsive": True}

_TIMELINE = (
    "Milliseconds from the scheduled instant to the complete reply, of all requests that start "
    "within half a second; red lines are cuts and rollbacks. Drag to magnify, double-click to see "
    "everything again."
)
_HOLDS = (
    "Each bar is a request, from its scheduled instant to its reply: blue those of the held "
    "service, red those of them that met the hold, grey those of other services."
)
_COPY = "Dotted: all there was to copy."
_LAG = "Changes that the target had not applied yet."


def page(report: Report, records: Sequence[Record], events: Events) -> str:
    """The page.

    Args:
        report: the figures.
        records: of the traffic, for the plots.
        events: of the moves, for the plots.
    """
    mix = mix_of(records)
    figures = (
        ("Latency over time", _TIMELINE, plots.timeline_plot(mix, events)),
        ("The holds, magnified", _HOLDS, plots.holds_plot(mix, events)),
        ("Copy progress", _COPY, plots.copy_plot(events)),
        ("Replication lag", _LAG, plots.lag_plot(events)),
    )
    template = (files("rehearsal.report") / "page.html").read_text(encoding="utf-8")
    parts = {
        "title": escape(report.facts.title),
        "verdict": report.verdict,
        "reasons": _items(report.reasons),
        "figures": _cards(key_figures(report)),
        "services": _table(service_rows(report)),
        "tables": _table(table_rows(report)),
        "phases": _table(phase_rows(report)),
        "findings": _items(str(finding) for finding in report.findings[:_SHOWN_FINDINGS]),
        "environment": _items(f"{k}: {v}" for k, v in report.facts.environment.items()),
        "plots": "".join(_plot(*each) for each in figures if each[2] is not None),
        "script": get_plotlyjs(),
    }
    for name, content in parts.items():
        template = template.replace(f"<!--{name}-->", content)
    return template


def _plot(title: str, caption: str, figure: Any) -> str:
    html = to_html(figure, full_html=False, include_plotlyjs=False, config=_CONFIG)
    return f"<section><h2>{escape(title)}</h2><p>{escape(caption)}</p>{html}</section>"


def _items(sentences: Iterable[str]) -> str:
    return "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)


def _cards(figures: Iterable[tuple[str, str]]) -> str:
    return "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in figures
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    """The first row is the head; nothing when there is no other."""
    if len(rows) < 2:
        return "<p>None.</p>"
    head = "".join(f"<th>{escape(cell)}</th>" for cell in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:]
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
