"""What this process has committed: whoever looks for new rows need not look all the time."""

from __future__ import annotations

import asyncio


class Commits:
    """Counts the transactions of one ``Database`` and wakes tasks that wait for the next.

    What other processes commit is not seen here, so that whoever waits sets a limit to it. (LISTEN
    would tell of them, but does not pass a pooler that pools transactions.)
    """

    def __init__(self) -> None:
        self.count = 0
        self._next = asyncio.Event()

    def note(self) -> None:
        """A transaction was committed."""
        self.count += 1
        self._next.set()
        self._next.clear()

    async def beyond(self, count: int, *, seconds: float) -> bool:
        """Wait until more than ``count`` are committed, or the time is over; whether they are."""
        if self.count == count and seconds > 0:
            try:
                async with asyncio.timeout(seconds):
                    await self._next.wait()
            except TimeoutError:
                return False
        return self.count != count
