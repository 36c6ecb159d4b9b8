"""Connections to a service's next home, opened and used before the service moves there."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from shared_db.errors import HomesDisagree
from shared_db.exercise import Exercise
from shared_db.homes import READ_HOME, HomeRow, State, parse_row
from shared_db.pool import Pool
from shared_db.service import Service

_LEAST = 2
_MARK = "warming:"
_RENAME = "SELECT set_config('application_name', $1, false)"


class NotPrepared(Exception):
    """The next home cannot run the service's statements yet; it may be able to a moment later."""


def warming_name(application_name: str) -> str:
    """The name of a connection that is not warm yet."""
    return f"{_MARK}{application_name}"


class WarmPool:
    """A pool on the next home whose connections have run the service's statements.

    Until all have, they are named ``warming:<service>/<instance>``, so that the tool that moves
    the service knows from their names who is prepared.

    Args:
        pool: on the next home, unused; new connections carry the name of those that warm.
        former: the pool on the present home.
        run_id: the move.
        service: the declaration of the service.
        application_name: the name of connections that are warm.
    """

    def __init__(
        self, pool: Pool, former: Pool, run_id: UUID, service: Service, application_name: str
    ) -> None:
        self.pool = pool
        self.ready = False
        self._former = former
        self._run_id = run_id
        self._service = service
        self._name = application_name
        self._exercise: Exercise | None = None

    def belongs_to(self, row: HomeRow, former: Pool) -> bool:
        """Whether it is what the present home's row asks for."""
        return (
            former is self._former
            and row.run_id == self._run_id
            and row.peer is not None
            and row.peer.identity == self.pool.home.identity
            and row.epoch + 1 == self.pool.home.epoch
        )

    def is_next(self, row: HomeRow) -> bool:
        """Whether the next home's row stands by for this run."""
        return (
            row.state is State.STANDBY
            and row.identity == self.pool.home.identity
            and row.run_id == self._run_id
            and row.epoch == self.pool.home.epoch
        )

    async def advance(self) -> None:
        """Look at the next home, and open and warm as many connections as the present home has.

        While the next home is not on standby yet, as the former home after a move, one connection
        stays open to look again.

        Raises:
            NotPrepared: tables are missing there, or privileges, or the tool has locked them.
            HomesDisagree: another database answers, or it stands by for something else.
        """
        async with self.pool.connection() as connection:
            found = await connection.fetchrow(READ_HOME, self._service.name)
        row = parse_row(found) if found else None
        if row is None or row.identity != self.pool.home.identity:
            raise HomesDisagree(
                f"{self.pool.home.address} is not the database to which {self._service.name} is "
                "about to move: run `shared-db status`."
            )
        if self.is_next(row):
            await self._fill()
        elif row.state is State.STANDBY or (row.state is State.MOVED and self.ready):
            raise HomesDisagree(
                f"{self.pool.home.address} does not stand by for the move of {self._service.name} "
                f"to it: run `shared-db status`."
            )

    async def _fill(self) -> None:
        count = min(max(self._former.held(), _LEAST), self.pool.size)
        if self.ready and self.pool.held() >= count:
            return
        if self._exercise is None:
            self._exercise = await Exercise.of(self._service.schema, self._former)
        try:
            if not self.ready:  # while one alone does not succeed, no more are opened
                async with self.pool.connection() as connection:
                    await self._exercise.run(connection)
            async with self.pool.connections(count) as connections:
                cold = [c for c in connections if _is_cold(c)]
                for connection in cold:
                    await self._exercise.run(connection)
                for connection in cold:
                    await connection.execute(_RENAME, self._name)
        except asyncpg.PostgresError as error:
            raise NotPrepared(
                f"{self.pool.home.address} cannot run the statements of {self._service.name} yet: "
                f"{error}."
            ) from error
        self.ready = True


def _is_cold(connection: asyncpg.Connection) -> bool:
    name: str = connection.get_settings().application_name
    return name.startswith(_MARK)
