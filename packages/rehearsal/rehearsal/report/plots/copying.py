"""How the copies went on, and how far the targets lagged behind."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import plotly.graph_objects as go  # type: ignore[import-untyped]

from rehearsal.report.events import Events
from rehearsal.report.plots.style import dress, line_colours

_MIB = 1024 * 1024


def copy_plot(events: Events) -> Any | None:
    """Copied bytes by service, each from the begin of its copy; None when none was told of."""
    lines: defaultdict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for copied in events.copied:
        done, total = copied.bytes_done / _MIB, copied.bytes_total / _MIB
        lines[copied.service].append((copied.at, done, total))
    if not lines:
        return None
    figure = go.Figure()
    for service, colour in line_colours(lines):
        begin = _begin_of_copy(events, service, lines[service][0][0])
        total = lines[service][-1][2]
        figure.add_trace(
            go.Scatter(
                x=[0.0, *(at - begin for at, _, _ in lines[service])],
                y=[0.0, *(done for _, done, _ in lines[service])],
                name=f"{service}, {total:.1f} MiB in all",
                mode="lines",
                line={"color": colour, "width": 2},
            )
        )
        figure.add_hline(y=total, line={"color": colour, "width": 1, "dash": "dot"})
    dress(figure, 320)
    figure.update_xaxes(title="seconds since the copy began")
    figure.update_yaxes(title="copied, MiB", rangemode="tozero")
    return figure


def lag_plot(events: Events) -> Any | None:
    """Bytes of changes not applied yet, by service; None when none was told of."""
    if not events.lags:
        return None
    origin = min(lag.at for lag in events.lags)
    lines: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for lag in events.lags:
        lines[lag.service].append((lag.at - origin, lag.bytes / 1024))
    figure = go.Figure()
    for service, colour in line_colours(lines):
        points = lines[service]
        figure.add_trace(
            go.Scatter(
                x=[at for at, _ in points],
                y=[kib for _, kib in points],
                name=service,
                mode="lines+markers",
                marker={"size": 4},
                line={"color": colour, "width": 1.5},
            )
        )
    dress(figure, 320, showlegend=True)
    figure.update_xaxes(title="seconds since the first target followed")
    figure.update_yaxes(title="lag, KiB", rangemode="tozero")
    return figure


def _begin_of_copy(events: Events, service: str, otherwise: float) -> float:
    begins = [p.begin for p in events.phases if (p.service, p.phase) == (service, "copy")]
    return min(begins, default=otherwise)
