"""The pool on a service's present home, and its replacement when the home changes."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from shared_db.errors import (
    ConfigurationError,
    ConnectionLost,
    DatabaseUnavailable,
    HomeNotFound,
    TransactionError,
)
from shared_db.home_finder import HomeFinder
from shared_db.homes import HomeRow
from shared_db.pool import Pool
from shared_db.resolve import PATIENCE
from shared_db.retirement import Retirement
from shared_db.shared_task import SharedTask
from shared_db.warm import NotPrepared, WarmPool

FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.25
"""Seconds between two attempts; each pause is twice the one before."""

_CLOSE_PATIENCE = 10.0
_FIRST_THE_WAITING = 0.25
"""Seconds after a change until the former pool is closed, which takes time from requests."""

_log = logging.getLogger(__name__)


class CurrentPool:
    """Keeps a pool on the home, prepares the next one, and changes to it when it has to.

    Args:
        service: the service's name.
    """

    def __init__(self, service: str) -> None:
        self._service = service
        self._finder: HomeFinder | None = None
        self._pool: Pool | None = None
        self._warm: WarmPool | None = None
        self._opening = asyncio.Lock()
        self._search = SharedTask()
        self._retirement = Retirement()

    async def open(self, finder: HomeFinder) -> None:
        """Find the home; as ``Database.open``."""
        async with self._opening:
            if self._pool is None:
                self._finder = finder
                self._pool = finder.pool_on(await finder.find(patience=PATIENCE))

    async def close(self) -> None:
        """Close all connections; sessions in use finish first."""
        pool, self._pool = self._pool, None
        await self._search.cancel()
        self._discard_warm()
        if pool is not None:
            self._retirement.add(pool)
        await self._retirement.wait(_CLOSE_PATIENCE)

    def get(self) -> Pool:
        """The present pool.

        Raises:
            ConfigurationError: it is not open.
        """
        if self._pool is None:
            raise self._not_open()
        return self._pool

    async def prepare(self, row: HomeRow, pool: Pool) -> None:
        """Warm connections to the database to which the home is about to move, if it is.

        Args:
            row: what the home says.
            pool: where it said so.

        Raises:
            NotPrepared, HomesDisagree, TransactionError: that database cannot be used now.
        """
        if self._pool is not pool:
            return
        if self._warm is not None and not self._warm.belongs_to(row, pool):
            self._discard_warm()
        warm = self._warm = self._warm or self._opened().warm_pool(row, pool)
        if warm is None:
            return
        try:
            await warm.advance()
        except NotPrepared:
            raise
        except BaseException:
            if self._warm is warm:
                self._discard_warm()
            raise

    async def recover(self, error: TransactionError, *, deadline: float) -> bool:
        """Wait for a home that can be used; as ``Database.recover``."""
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while loop.time() < deadline:
            try:
                async with asyncio.timeout_at(deadline):
                    return await self.rehome(error)
            except TimeoutError:
                return False
            except (DatabaseUnavailable, HomeNotFound):
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        return False

    async def rehome(self, error: TransactionError) -> bool:
        """Find the home once more; as ``Database.rehome``.

        All who wait share one search. One that had begun before ``error`` may have read the home
        before it changed: if that finds nothing new, it takes another one to be sure.
        """
        pool = self.get()
        if error.home is not None and error.home is not pool.home:
            return True
        joined = self._search.is_running()
        await self._search.join(lambda: self._change_from(pool))
        if joined and self._pool is pool:
            await self._search.join(lambda: self._change_from(pool))
        if self._pool is pool and isinstance(error, ConnectionLost):
            self._use(self._opened().pool_on(replace(pool.home)))
        return self._pool is not pool

    async def _change_from(self, pool: Pool) -> None:
        other = await self._opened().find_other(pool, self._warm)
        if other is not None and self._pool is pool:
            self._use(other)
            _log.info("%s is served from %s now.", self._service, other.home.address)

    def _use(self, pool: Pool) -> None:
        """Change to a pool; the former one and what was prepared from there are done with."""
        former, self._pool = self._pool, pool
        if self._warm is not None and self._warm.pool is pool:
            self._warm = None
        self._discard_warm()
        if former is not None:
            self._retirement.add(former, pause=_FIRST_THE_WAITING)

    def _discard_warm(self) -> None:
        warm, self._warm = self._warm, None
        if warm is not None:
            self._retirement.add(warm.pool)

    def _opened(self) -> HomeFinder:
        if self._finder is None:
            raise self._not_open()
        return self._finder

    def _not_open(self) -> ConfigurationError:
        return ConfigurationError(
            f"The database of {self._service} is not open: call `await database.open()`."
        )
