"""When requests start: evenly spaced, and never later because of those before them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class Schedule:
    """Calls a function at every instant of a steady rate, each with the instant that was meant.

    Args:
        rate: instants per second.
        begin: the first, in monotonic seconds, as the event loop counts them.
        start: gets the instant.
    """

    def __init__(self, rate: float, begin: float, start: Callable[[float], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._interval = 1 / rate
        self._begin = begin
        self._start = start
        self._count = 0
        self._timer = self._loop.call_at(begin, self._tick)

    def stop(self) -> None:
        """No further instants."""
        self._timer.cancel()

    def _tick(self) -> None:
        """Start all that is due; a late loop starts several at once, none is left out."""
        now = time.monotonic()
        due = self._begin + self._count * self._interval
        while due <= now:
            self._start(due)
            self._count += 1
            due = self._begin + self._count * self._interval
        self._timer = self._loop.call_at(due, self._tick)
