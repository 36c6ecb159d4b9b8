"""The traffic in each phase of each move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rehearsal.records import Record
from rehearsal.report.events import Events, Phase
from rehearsal.report.latency import Latencies, Rates

_SHORTEST = 1.0
"""Seconds: in a cut of some milliseconds a rate says nothing; it counts with what is around it."""


@dataclass(frozen=True)
class PhaseFigures:
    """A phase, and the traffic while it lasted.

    Args:
        service: whose move.
        phase: its name.
        begin: Unix seconds.
        seconds: how long it took.
        rate: requests answered as expected per second.
        latencies: of the requests that were scheduled while it lasted.
    """

    service: str
    phase: str
    begin: float
    seconds: float
    rate: float
    latencies: Latencies


def phase_figures(records: Sequence[Record], events: Events) -> list[PhaseFigures]:
    """The figures of all phases during which there was traffic.

    Args:
        records: requests of the mix.
        events: the phases.
    """
    if not records:
        return []
    rates = Rates(records)
    begin, end = records[0].scheduled, max(record.scheduled for record in records)
    found = []
    for phase in events.phases:
        first, last = _span(phase, begin, end)
        if last <= first:
            continue
        during = [record for record in records if first <= record.scheduled < last]
        found.append(
            PhaseFigures(
                phase.service,
                phase.phase,
                phase.begin,
                round(phase.end - phase.begin, 3),
                round(rates.within(first, last), 1),
                Latencies.of(during),
            )
        )
    return found


def _span(phase: Phase, begin: float, end: float) -> tuple[float, float]:
    """The phase, widened to the shortest span, as far as there was traffic."""
    missing = max(_SHORTEST - (phase.end - phase.begin), 0.0)
    return max(phase.begin - missing / 2, begin), min(phase.end + missing / 2, end)
