"""How often to look for new rows: soon after a commit of this process, else now and then."""

from __future__ import annotations

import asyncio
from math import inf

from shared_db import Database

SHORTEST, LONGEST = 0.5, 2.0
"""Seconds between two looks: while this process commits, and while it commits nothing."""


class Looks:
    """The pace of somebody who looks for rows that others write.

    What this process commits is seen at once, what others commit within ``LONGEST``; a process
    with nothing to do looks every other second, a busy one no more than twice a second.

    Args:
        database: where the rows are.
    """

    def __init__(self, database: Database) -> None:
        self._commits = database.commits
        self._seen = 0
        self._at = 0.0

    def begin(self) -> None:
        """A look begins: what is committed from now on it may miss."""
        self._seen = self._commits.count
        self._at = asyncio.get_running_loop().time()

    async def pause(self, at_most: float = inf) -> None:
        """After a look that found nothing: wait until the next one is worth it.

        Args:
            at_most: seconds after which it ends in any case.
        """
        now = asyncio.get_running_loop().time
        until = min(self._at + LONGEST, now() + at_most)
        if await self._commits.beyond(self._seen, seconds=until - now()):
            await asyncio.sleep(min(self._at + SHORTEST, until) - now())
