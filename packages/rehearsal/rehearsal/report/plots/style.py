"""Colours and layout that the plots share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import cycle
from typing import Any

INK, MUTED, GRID = "#1f2933", "#7b8794", "#e4e7eb"
SLOWEST, HIGH, MEDIAN = "#b42318", "#f79009", "#1570ef"
WAITED, FAILED = "#b42318", "#7a0000"

PHASES = {
    "check": "#98a2b3",
    "prepare": "#98a2b3",
    "copy": "#36bffa",
    "follow": "#6ce9a6",
    "verify": "#bdb4fe",
    "reverse": "#d0d5dd",
    "warm": "#fedf89",
    "cut": "#f04438",
    "resume": "#fda29b",
    "rollback": "#dd2590",
    "finish": "#98a2b3",
    "abort": "#7a0000",
}
"""The shade of each phase."""

_LINES = ("#1570ef", "#12b76a", "#f79009", "#9e77ed", "#dd2590", "#667085")


def dress(figure: Any, height: int, **more: Any) -> None:
    """Give a figure the common look.

    Args:
        figure: complete but for its titles of axes.
        height: pixels.
        more: further properties of the layout.
    """
    figure.update_layout(
        {
            "height": height,
            "margin": {"l": 64, "r": 24, "t": 40, "b": 48},
            "paper_bgcolor": "white",
            "plot_bgcolor": "white",
            "font": {"family": "system-ui, sans-serif", "size": 13, "color": INK},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "hovermode": "x unified",
            **more,
        }
    )
    axis = {"gridcolor": GRID, "zeroline": False, "linecolor": GRID, "ticks": "outside"}
    figure.update_xaxes(axis)
    figure.update_yaxes(axis)


def line_colours(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """A colour for each name."""
    return zip(names, cycle(_LINES), strict=False)
