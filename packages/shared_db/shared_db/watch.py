"""Watching the service's row in ``homes``: to be prepared for a move, and to notice one."""

from __future__ import annotations

import asyncio
import logging

from shared_db.current_pool import CurrentPool
from shared_db.errors import ConnectionLost, HomeMoved
from shared_db.failures import translated
from shared_db.homes import READ_HOME, Home, HomeRow, State, parse_row
from shared_db.pool import Pool
from shared_db.warm import NotPrepared

_PATIENCE = 10.0

_log = logging.getLogger(__name__)


class HomeWatch:
    """Asks the present home about itself, again and again, beside the requests.

    LISTEN would not pass a pooler that pools transactions, so the row is polled.

    Args:
        current: the pool whose home is watched.
        service: the service's name.
    """

    def __init__(self, current: CurrentPool, service: str) -> None:
        self._current = current
        self._service = service
        self._task: asyncio.Task[None] | None = None
        self._told: type[Exception] | None = None

    def start(self, interval: float) -> None:
        """Begin, unless it has begun.

        Args:
            interval: seconds between two polls.
        """
        if self._task is None:
            self._task = asyncio.create_task(self._run(interval))

    async def stop(self) -> None:
        """End it; a poll that is under way is given up."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            try:
                async with asyncio.timeout(_PATIENCE):
                    await self._look()
            except Exception as error:  # noqa: BLE001 - whatever happens, the next poll may succeed
                self._tell(error)
            else:
                self._told = None

    async def _look(self) -> None:
        pool = self._current.get()
        try:
            row = await self._read(pool)
            if row is None or not _is_same(row, pool.home):
                raise HomeMoved(f"{pool.home.address} is not its home any more.", pool.home)
        except (HomeMoved, ConnectionLost) as error:
            if not await self._current.rehome(error):
                raise
        else:
            await self._current.prepare(row, pool)

    async def _read(self, pool: Pool) -> HomeRow | None:
        with translated(pool.home):
            async with pool.connection() as connection:
                found = await connection.fetchrow(READ_HOME, self._service)
        return parse_row(found) if found else None

    def _tell(self, error: Exception) -> None:
        """Log an error once, until another kind of error or a success comes in between."""
        if self._told is not type(error):
            level = logging.INFO if isinstance(error, NotPrepared) else logging.WARNING
            reason = str(error) or type(error).__name__
            _log.log(level, "Looking after the home of %s failed: %s", self._service, reason)
        self._told = type(error)


def _is_same(row: HomeRow, home: Home) -> bool:
    return (row.state, row.identity, row.epoch) == (State.ACTIVE, home.identity, home.epoch)
