"""Latencies and rates of requests."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from rehearsal.records import Record


@dataclass(frozen=True)
class Latencies:
    """Milliseconds from the scheduled instant to the complete reply; zeros without requests."""

    p50_ms: float
    p99_ms: float
    longest_ms: float

    @classmethod
    def of(cls, records: Sequence[Record]) -> Latencies:
        """The percentiles of these requests, by the nearest rank."""
        values = sorted(1000 * record.latency for record in records)
        if not values:
            return cls(0.0, 0.0, 0.0)
        return cls(*(round(rank(values, share), 2) for share in (0.5, 0.99, 1.0)))


def rank(values: Sequence[float], share: float) -> float:
    """The value at a share of sorted values, by the nearest rank."""
    return values[max(math.ceil(share * len(values)) - 1, 0)]


class Rates:
    """How many requests were answered as expected, per second of any span.

    Args:
        records: those that count.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        self._ends = sorted(record.ended for record in records if not record.failure)

    def within(self, begin: float, end: float) -> float:
        """The rate between two instants in Unix seconds."""
        count = bisect_left(self._ends, end) - bisect_left(self._ends, begin)
        return count / (end - begin) if end > begin else 0.0
