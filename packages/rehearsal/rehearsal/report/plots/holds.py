"""Each hold magnified: every request around it as a bar from its scheduled instant to its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go  # type: ignore[import-untyped]
from plotly.subplots import make_subplots  # type: ignore[import-untyped]

from rehearsal.records import Record
from rehearsal.report.events import Events, Hold
from rehearsal.report.plots.style import MEDIAN, MUTED, PHASES, WAITED, dress

_BEFORE, _AFTER = 0.15, 0.25
_COLUMNS = 2
_HEIGHT = 300


def holds_plot(mix: Sequence[Record], events: Events) -> Any | None:
    """The holds of all cuts and rollbacks; None when there was none.

    Args:
        mix: requests in the order of their schedule.
        events: the holds.
    """
    holds = [hold for hold in events.holds if hold.kind != "verify"]
    if not holds:
        return None
    rows = (len(holds) + _COLUMNS - 1) // _COLUMNS
    figure = make_subplots(
        rows=rows,
        cols=_COLUMNS,
        subplot_titles=[_title(hold) for hold in holds],
        vertical_spacing=0.28 / rows,
    )
    for index, hold in enumerate(holds):
        _add_hold(figure, mix, hold, index // _COLUMNS + 1, index % _COLUMNS + 1)
    figure.update_annotations(font_size=13)
    dress(figure, _HEIGHT * rows + 60, hovermode="closest", showlegend=False)
    figure.update_xaxes(
        title="ms since the lock was asked for", range=[-1e3 * _BEFORE, 1e3 * _AFTER]
    )
    figure.update_yaxes(showticklabels=False, showgrid=False, ticks="")
    return figure


def _title(hold: Hold) -> str:
    outcome = f"{hold.hold_ms:.1f} ms" if hold.ok else f"given up: {hold.reason}"
    return f"{hold.service}: {hold.kind}, {outcome}"


def _add_hold(figure: Any, mix: Sequence[Record], hold: Hold, row: int, column: int) -> None:
    """Requests of the held service in colour, those that met the hold in another; others grey."""
    around = [
        record
        for record in mix
        if record.ended > hold.begin - _BEFORE and record.scheduled < hold.begin + _AFTER
    ]
    bars: dict[str, tuple[list[float | None], list[float | None], list[str | None]]] = {}
    for place, record in enumerate(around):
        xs, ys, texts = bars.setdefault(_colour(record, hold), ([], [], []))
        begin, end = 1e3 * (record.scheduled - hold.begin), 1e3 * (record.ended - hold.begin)
        text = f"{record.kind} {record.n}: {1e3 * record.latency:.1f} ms {record.failure}"
        xs += [begin, end, None]
        ys += [place, place, None]
        texts += [text, text, None]
    for colour, (xs, ys, texts) in bars.items():
        line = go.Scatter(
            x=xs, y=ys, text=texts, mode="lines", line={"color": colour, "width": 2},
            hoverinfo="text",
        )  # fmt: skip
        figure.add_trace(line, row=row, col=column)
    figure.add_vrect(
        x0=0, x1=hold.hold_ms, fillcolor=PHASES["cut"], opacity=0.25, line_width=0,
        row=row, col=column,
    )  # fmt: skip


def _colour(record: Record, hold: Hold) -> str:
    if record.service != hold.service:
        return MUTED
    met = record.scheduled < hold.end and record.ended > hold.begin
    return WAITED if met else MEDIAN
