"""Finding a service's home, and making pools on it and on the next one."""

from __future__ import annotations

from shared_db.compiled import CompiledStatements
from shared_db.home_reader import ServiceHomeReader
from shared_db.homes import Home, HomeRow
from shared_db.placement import PlacementSettings
from shared_db.pool import Pool
from shared_db.resolve import home_at, resolve
from shared_db.service import Service
from shared_db.takeover import taken_over
from shared_db.warm import WarmPool, warming_name

_CROWD = 0.1
"""Seconds after a change in which all who waited begin at once."""


class HomeFinder:
    """What it takes to reach the databases as one service.

    Args:
        service: the declaration of the service.
        settings: the desired placement.
        application_name: how the connections are named.
    """

    def __init__(
        self, service: Service, settings: PlacementSettings, *, application_name: str
    ) -> None:
        self._service = service
        self._settings = settings
        self._placement = settings.of(service.name)
        self._application_name = application_name
        self._compiled = CompiledStatements()

    async def find(self, *, patience: float) -> Home:
        """Ask the databases; as ``resolve``."""
        reader = ServiceHomeReader(self._placement, application_name=self._application_name)
        return await resolve(self._placement, reader, patience=patience)

    async def find_other(self, pool: Pool, warm: WarmPool | None) -> Pool | None:
        """A pool to use in place of ``pool``, None if it is on the home already.

        The next home is asked first, over a connection that is open; that suffices when the
        service has moved there.

        Raises:
            DatabaseUnavailable: the service has moved to where nobody can serve yet.
            HomeNotFound, HomesDisagree: as ``resolve``.
        """
        if warm is not None and warm.ready:
            row = await taken_over(warm, pool, self._service.name)
            if row is not None:
                warm.pool.home = home_at(self._placement, warm.pool.home.address, row)
                warm.pool.application_name = self._application_name
                warm.pool.serves = True
                warm.pool.prefer_open_ones(_CROWD)
                return warm.pool
        home = await self.find(patience=0.0)
        if (home.identity, home.epoch) == (pool.home.identity, pool.home.epoch):
            return None
        return self.pool_on(home)

    def pool_on(self, home: Home) -> Pool:
        """A pool without connections yet."""
        return self._pool(home, self._application_name)

    def warm_pool(self, row: HomeRow, former: Pool) -> WarmPool | None:
        """A pool on the database to which the home's ``row`` is about to move, if it is."""
        if row.run_id is None or row.peer is None:
            return None
        address = row.peer.address(self._placement.desired)
        home = Home(self._service.name, row.epoch + 1, address, row.peer.identity)
        pool = self._pool(home, warming_name(self._application_name), serves=False)
        return WarmPool(pool, former, row.run_id, self._service, self._application_name)

    def _pool(self, home: Home, application_name: str, *, serves: bool = True) -> Pool:
        return Pool(
            home,
            self._placement.login,
            size=self._settings.pool_size,
            application_name=application_name,
            compiled=self._compiled,
            serves=serves,
        )
