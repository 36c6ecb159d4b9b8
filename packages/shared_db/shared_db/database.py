"""A service's database: sessions, reads and raw connections at its home, wherever that is."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

import asyncpg
from sqlmodel.ext.asyncio.session import AsyncSession

from shared_db.commits import Commits
from shared_db.configuration import load_settings
from shared_db.current_pool import FIRST_PAUSE, LONGEST_PAUSE, CurrentPool
from shared_db.errors import ConnectionLost, HomeMoved, TransactionError
from shared_db.failures import translated
from shared_db.home_finder import HomeFinder
from shared_db.homes import Home
from shared_db.placement import PlacementSettings
from shared_db.request_scope import earliest_deadline, note_commit
from shared_db.service import Service
from shared_db.watch import HomeWatch

T = TypeVar("T")
P = ParamSpec("P")

_log = logging.getLogger(__name__)

REPEAT_DEADLINE = 10.0
"""Seconds for which a transaction that met a fence or a dropped connection is repeated."""

LONGEST_NAME = 55
"""Of the 63 bytes of an ``application_name``; while connections warm it has a mark in front."""


class Database:
    """The sessions of one service.

    Nothing is opened before ``open()``, which finds the service's home. Which statements run is
    the same in every placement: tables are named with their schema, ``search_path`` is empty.

    Args:
        service: the declaration of the service.
        settings: the desired placement; by default read from the environment by ``open()``.
        instance: tells the processes of a service apart; by default host name and process id.

    Attributes:
        commits: tells when this process has committed a transaction.
    """

    def __init__(
        self,
        service: Service,
        settings: PlacementSettings | None = None,
        *,
        instance: str = "",
    ) -> None:
        self.service = service
        self.commits = Commits()
        instance = instance or f"{socket.gethostname()}-{os.getpid()}"
        self._settings = settings
        self._application_name = f"{service.name}/{instance}"[:LONGEST_NAME]
        self._pool = CurrentPool(service.name)
        self._watch = HomeWatch(self._pool, service.name)

    async def open(self) -> None:
        """Read the settings, find the service's home and watch it from now on.

        Connections for requests are made when they are needed, or all at once by ``fill()``.

        Raises:
            ConfigurationError: the settings cannot be used.
            HomeNotFound: the schema is active nowhere.
            HomesDisagree: the databases contradict each other about it.
            DatabaseUnavailable: its database could not be asked.
        """
        self._settings = settings = self._settings or load_settings()
        await self._pool.open(
            HomeFinder(self.service, settings, application_name=self._application_name)
        )
        self._watch.start(settings.home_poll)

    async def fill(self) -> None:
        """Open all connections of the pool, as a service does before it takes requests.

        When the server gives fewer, that is logged, and the rest is tried when needed.
        """
        pool = self._pool.get()
        try:
            await pool.fill()
        except TransactionError as error:
            _log.warning("Not all connections of %s are open: %s", self.service.name, error)

    async def close(self) -> None:
        """Close all connections; sessions in use finish first."""
        await self._watch.stop()
        await self._pool.close()

    async def __aenter__(self) -> Database:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def home(self) -> Home:
        """Where the service's schema is active, as far as this process knows."""
        return self._pool.get().home

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """One transaction, committed when the block ends and rolled back when it raises.

        The block does not commit by itself: what it had committed could be done twice.

        Raises:
            HomeMoved: a statement met the fence of a former home; repeat the transaction.
            ConnectionLost: the connection dropped, nothing was committed; repeat it.
            CommitUnknown: the connection dropped during COMMIT; never repeat it.
        """
        pool = self._pool.get()
        committing = False
        with translated(pool.home, lambda: committing):
            async with pool.session() as session:
                yield session
                await session.flush()
                committing = True
                note_commit()
                await session.finish()
        self.commits.note()

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[AsyncSession]:
        """A session for reads alone: each statement is a transaction, there is no BEGIN."""
        pool = self._pool.get()
        with translated(pool.home):
            async with pool.session(autocommit=True) as session:
                yield session

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """A raw connection of the same pool, for hot paths: each statement commits by itself.

        What it writes may be carried out twice: a request is repeated when its connection drops.
        """
        pool = self._pool.get()
        with translated(pool.home):
            async with pool.connection() as connection:
                yield connection

    async def run(
        self,
        work: Callable[Concatenate[AsyncSession, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Do ``work(session, …)`` in one transaction, again from its start where that is safe.

        It is repeated when the home has moved or a connection dropped before COMMIT, and never
        after a COMMIT whose outcome is unknown; so ``work`` must have no effect of its own
        outside the transaction.
        """

        async def once() -> T:
            async with self.session() as session:
                return await work(session, *args, **kwargs)

        return await self._repeated(once)

    async def value(self, statement: str, *arguments: object) -> Any:
        """What one statement on a raw connection gives, without BEGIN and repeated as ``run`` does.

        For looks that are taken often.
        """

        async def once() -> Any:
            async with self.connection() as connection:
                return await connection.fetchval(statement, *arguments)

        return await self._repeated(once)

    async def write(self, statement: str, *arguments: object) -> asyncpg.Record | None:
        """Carry out one statement that commits by itself; the first row that it returns.

        It is repeated as ``run`` does, and also when the connection dropped meanwhile: write it so
        that it does nothing where it was carried out before.
        """

        async def once() -> asyncpg.Record | None:
            async with self.connection() as connection:
                return await connection.fetchrow(statement, *arguments)

        note_commit()
        row = await self._repeated(once)
        self.commits.note()
        return row

    async def _repeated(self, once: Callable[[], Awaitable[T]]) -> T:
        deadline = earliest_deadline(asyncio.get_running_loop().time() + REPEAT_DEADLINE)
        pause = 0.0
        while True:
            try:
                return await once()
            except (HomeMoved, ConnectionLost) as error:
                if not await self.recover(error, deadline=deadline):
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 2 or FIRST_PAUSE, LONGEST_PAUSE)

    async def recover(self, error: TransactionError, *, deadline: float) -> bool:
        """After a failed transaction: wait for a home that can be used, False if there is none.

        Args:
            error: what ended the transaction.
            deadline: until when to try, in seconds of the event loop's clock.
        """
        return await self._pool.recover(error, deadline=deadline)

    async def rehome(self, error: TransactionError) -> bool:
        """Resolve the home once more and use it from now on.

        Returns:
            Whether repeating makes sense: the home has changed, or a new connection may do.
            After a fence, an unchanged home means that the error was real.

        Raises:
            HomeNotFound, DatabaseUnavailable: no home answers now; try again later.
        """
        return await self._pool.rehome(error)

    async def revision(self) -> str | None:
        """The migration that the home is at, None before the first.

        Raises:
            ConnectionLost: the database did not answer.
        """
        schema = self.service.schema
        async with self.connection() as connection:
            known: Any = await connection.fetchval(
                f'SELECT max(version_num) FROM "{schema}".alembic_version'  # noqa: S608
            )
        return None if known is None else str(known)

    async def state(self) -> str:
        """What the database says it is to the service now: active, standby, moved, or absent.

        Raises:
            ConnectionLost: the database did not answer.
        """
        async with self.connection() as connection:
            known: Any = await connection.fetchval(
                "SELECT state FROM shared_db.homes WHERE service = $1", self.service.name
            )
        return str(known or "absent")
