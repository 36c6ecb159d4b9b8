"""The pool on a service's present home, and its replacement when the home changes."""

from __future__ import annotations

import asyncio

from shared_db.configuration import load_settings
from shared_db.errors import (
    ConfigurationError,
    ConnectionLost,
    DatabaseUnavailable,
    HomeNotFound,
    TransactionError,
)
from shared_db.home_reader import ServiceHomeReader
from shared_db.homes import Home
from shared_db.placement import PlacementSettings
from shared_db.pool import Pool
from shared_db.resolve import PATIENCE, resolve
from shared_db.service import Service

FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.25
"""Seconds between two attempts; each pause is twice the one before."""

_CLOSE_PATIENCE = 10.0


class CurrentPool:
    """Finds the home, keeps a pool on it, and finds it again when that pool no longer serves.

    Args:
        service: the declaration of the service.
        settings: the desired placement; by default read from the environment by ``open()``.
        application_name: how the connections are named.
    """

    def __init__(
        self, service: Service, settings: PlacementSettings | None, *, application_name: str
    ) -> None:
        self._service = service
        self._settings = settings
        self._application_name = application_name
        self._pool: Pool | None = None
        self._resolving = asyncio.Lock()
        self._retiring: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Read the settings and find the home; as ``Database.open``."""
        async with self._resolving:
            if self._pool is None:
                self._settings = self._settings or load_settings()
                self._pool = self._new_pool(await self._resolve(patience=PATIENCE))

    async def close(self) -> None:
        """Close all connections; sessions in use finish first."""
        pool, self._pool = self._pool, None
        if pool is not None:
            self._retire(pool)
        if self._retiring:
            await asyncio.wait(self._retiring, timeout=_CLOSE_PATIENCE)

    def get(self) -> Pool:
        """The present pool.

        Raises:
            ConfigurationError: it is not open.
        """
        if self._pool is None:
            raise self._not_open()
        return self._pool

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
        """Resolve the home once more; as ``Database.rehome``."""
        async with self._resolving:
            pool = self.get()
            if error.home is not None and error.home is not pool.home:
                return True
            home = await self._resolve(patience=0.0)
            changed = (home.identity, home.epoch) != (pool.home.identity, pool.home.epoch)
            useful = changed or isinstance(error, ConnectionLost)
            if useful:
                self._pool = self._new_pool(home)
                self._retire(pool)
            return useful

    def _retire(self, pool: Pool) -> None:
        """Close a pool beside the work: a backend that is stuck must not hold up requests."""
        task = asyncio.create_task(pool.retire())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    async def _resolve(self, *, patience: float) -> Home:
        placement = self._placed().of(self._service.name)
        reader = ServiceHomeReader(placement, application_name=self._application_name)
        return await resolve(placement, reader, patience=patience)

    def _new_pool(self, home: Home) -> Pool:
        settings = self._placed()
        return Pool(
            home,
            settings.of(self._service.name).login,
            size=settings.pool_size,
            application_name=self._application_name,
        )

    def _placed(self) -> PlacementSettings:
        if self._settings is None:
            raise self._not_open()
        return self._settings

    def _not_open(self) -> ConfigurationError:
        return ConfigurationError(
            f"The database of {self._service.name} is not open: call `await database.open()`."
        )
