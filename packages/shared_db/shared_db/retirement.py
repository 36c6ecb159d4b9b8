"""Pools that are done with: closed beside the work."""

from __future__ import annotations

import asyncio

from shared_db.pool import Pool


class Retirement:
    """Closes pools in tasks of their own: a backend that is stuck must not hold up requests."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, pool: Pool, *, pause: float = 0.0) -> None:
        """Close a pool as a whole, as soon as nobody uses it.

        Args:
            pool: nobody begins to use it any more.
            pause: seconds to wait before.
        """

        async def retire() -> None:
            await asyncio.sleep(pause)
            await pool.retire()

        task = asyncio.create_task(retire())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def wait(self, patience: float) -> None:
        """Wait until all are closed or in use, for ``patience`` seconds at most."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience)
