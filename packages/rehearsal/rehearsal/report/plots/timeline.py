"""Latency and rate over the whole run, with the phases shaded and the holds marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go  # type: ignore[import-untyped]
from plotly.subplots import make_subplots  # type: ignore[import-untyped]

from rehearsal.records import Record
from rehearsal.report.events import Events
from rehearsal.report.latency import rank
from rehearsal.report.plots.phases import add_phases
from rehearsal.report.plots.style import FAILED, HIGH, MEDIAN, SLOWEST, dress

_BUCKET = 0.5
_SECOND = 1.0
_TICKS = [value * 10**power for power in range(-1, 6) for value in (1, 2, 5)]


def timeline_plot(mix: Sequence[Record], events: Events) -> Any:
    """Latencies above, phases in the middle, answered requests per second below.

    Args:
        mix: requests in the order of their schedule.
        events: phases and holds.
    """
    services = sorted({phase.service for phase in events.phases})
    heights = [0.62, 0.03 + 0.04 * len(services), 0.2]
    figure = make_subplots(
        rows=3, cols=1, shared_xaxes=True, row_heights=heights, vertical_spacing=0.03
    )
    origin = mix[0].scheduled if mix else 0.0
    _add_latencies(figure, mix, origin)
    _add_failures(figure, [record for record in mix if record.failure], origin)
    add_phases(figure, events, origin)
    _add_rate(figure, mix, origin)
    dress(figure, 680, barmode="overlay")
    figure.update_yaxes(title="latency, ms", type="log", tickvals=_TICKS, row=1, col=1)
    figure.update_yaxes(title="answered / s", rangemode="tozero", row=3, col=1)
    figure.update_xaxes(title="seconds since the traffic began", row=3, col=1)
    return figure


def _add_latencies(figure: Any, mix: Sequence[Record], origin: float) -> None:
    buckets: defaultdict[int, list[float]] = defaultdict(list)
    for record in mix:
        buckets[int((record.scheduled - origin) / _BUCKET)].append(1000 * record.latency)
    ranked = [sorted(buckets[index]) for index in sorted(buckets)]
    instants = [(index + 0.5) * _BUCKET for index in sorted(buckets)]
    for name, colour, share in (
        ("slowest", SLOWEST, 1.0),
        ("90th percentile", HIGH, 0.9),
        ("median", MEDIAN, 0.5),
    ):
        values = [round(rank(values, share), 2) for values in ranked]
        line = {"color": colour, "width": 1.5}
        points = go.Scatter(x=instants, y=values, name=name, line=line, mode="lines")
        figure.add_trace(points, row=1, col=1)


def _add_failures(figure: Any, failed: Sequence[Record], origin: float) -> None:
    if failed:
        points = go.Scatter(
            x=[record.scheduled - origin for record in failed],
            y=[max(1000 * record.latency, 0.1) for record in failed],
            text=[f"{record.kind} {record.n}: {record.failure}" for record in failed],
            name="failed",
            mode="markers",
            marker={"color": FAILED, "symbol": "x", "size": 8},
        )
        figure.add_trace(points, row=1, col=1)


def _add_rate(figure: Any, mix: Sequence[Record], origin: float) -> None:
    counts: defaultdict[int, int] = defaultdict(int)
    for record in mix:
        if not record.failure:
            counts[int((record.ended - origin) / _SECOND)] += 1
    seconds = sorted(counts)[:-1]  # the last one is not whole
    rate = go.Scatter(
        x=seconds,
        y=[counts[second] for second in seconds],
        name="answered as expected",
        mode="lines",
        line={"color": MEDIAN, "width": 1.5, "shape": "hv"},
        showlegend=False,
    )
    figure.add_trace(rate, row=3, col=1)
