"""The phases: shades behind the latencies, and a bar for each in a row for each service."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go  # type: ignore[import-untyped]

from rehearsal.report.events import Events
from rehearsal.report.plots.style import PHASES

_OTHER = "#98a2b3"


def add_phases(figure: Any, events: Events, origin: float) -> None:
    """Shade the first row of a figure and fill its second; mark cuts and rollbacks.

    Args:
        figure: with rows of one time axis.
        events: phases and holds.
        origin: the zero of the axis, Unix seconds.
    """
    for phase in events.phases:
        figure.add_vrect(
            x0=phase.begin - origin,
            x1=phase.end - origin,
            fillcolor=PHASES.get(phase.phase, _OTHER),
            opacity=0.22,
            line_width=0,
            layer="below",
            row=1,
            col=1,
        )
    for name in dict.fromkeys(phase.phase for phase in events.phases):
        figure.add_trace(_bars(events, name, origin), row=2, col=1)
    for hold in events.holds:
        if hold.ok and hold.kind != "verify":
            line = {"line_width": 1.5, "line_color": PHASES["cut"]}
            figure.add_vline(x=hold.begin - origin, row=1, col=1, **line)


def _bars(events: Events, name: str, origin: float) -> Any:
    phases = [phase for phase in events.phases if phase.phase == name]
    return go.Bar(
        name=name,
        orientation="h",
        y=[phase.service for phase in phases],
        x=[phase.end - phase.begin for phase in phases],
        base=[phase.begin - origin for phase in phases],
        text=[f"{name}, {phase.end - phase.begin:.2f} s" for phase in phases],
        textposition="none",
        hoverinfo="text+y",
        marker={"color": PHASES.get(name, _OTHER), "line": {"width": 0}},
    )
