"""The connections to one home; discarded as a whole when the home changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import greenlet_spawn
from sqlmodel.ext.asyncio.session import AsyncSession

from shared_db.address import Login
from shared_db.compiled import CompiledStatements
from shared_db.errors import ConnectionLost, DatabaseUnavailable, HomeMoved
from shared_db.failures import is_refused
from shared_db.home_reader import connect
from shared_db.homes import Home
from shared_db.unit_of_work import UnitOfWork

_WAIT_FOR_CONNECTION = 10.0
_LOOK_AGAIN = 0.001

_IS_HOME = """
SELECT EXISTS (
    SELECT FROM shared_db.homes AS h
     CROSS JOIN shared_db.identity AS i
     WHERE h.service = $1 AND h.state = 'active' AND h.epoch = $2 AND i.id = $3
)
"""


class Pool:
    """An engine on one home, which closes itself when it is retired and no longer in use.

    There is no ``pool_pre_ping`` (a fifth more CPU a request): a dropped connection shows itself
    at its first statement and the transaction is repeated.

    There is no overflow either: a connection that is opened for one transaction costs more than
    many transactions, just when there is too much to do; ``fill`` opens all beforehand. Who has to
    wait does so in order of arrival; SQLAlchemy's pool would let newcomers pass those who wait, up
    to their time-out.

    Args:
        home: the database.
        login: the service's role.
        size: connections at most, which are kept open.
        application_name: how connections are named that are opened from now on.
        compiled: the statements that this process has compiled.
        serves: whether the home has to be active; a pool that is being warmed does not serve yet.
    """

    def __init__(
        self,
        home: Home,
        login: Login,
        *,
        size: int,
        application_name: str,
        compiled: CompiledStatements,
        serves: bool = True,
    ) -> None:
        self.home = home
        self.size = size
        self.application_name = application_name
        self.serves = serves
        self._slots = asyncio.Semaphore(size)
        self._open_ones_until = 0.0
        self._users = 0
        self._retired = False

        async def connection() -> asyncpg.Connection:
            made = await connect(home.address, login, application_name=self.application_name)
            if self.serves:
                await _refuse_former(made, self.home)
            return made

        self._engine: AsyncEngine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=connection,
            poolclass=AsyncAdaptedQueuePool,
            pool_size=size,
            max_overflow=0,
            pool_use_lifo=True,
        )
        compiled.share_with(self._engine.sync_engine)
        self._autocommit = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def session(self, *, autocommit: bool = False) -> AsyncIterator[UnitOfWork]:
        """A session whose connection is already there, so that failing to get one is told apart."""
        engine = self._autocommit if autocommit else self._engine
        async with (
            self._in_use(),
            self._slot(),
            UnitOfWork(engine, expire_on_commit=False) as session,
        ):
            await self._checkout(session)
            yield session

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """A raw asyncpg connection; every statement is a transaction of its own.

        It comes from the pool itself: a session around it would cost more than its statement, and
        so would one context manager inside the other.
        """
        self._users += 1
        try:
            await self._take_slot()
            try:
                if self._open_ones_until:
                    await self._wait_for_open_one()
                with self._refusals():
                    lent = await greenlet_spawn(self._queue().connect)
                raw: asyncpg.Connection = lent.driver_connection  # type: ignore[assignment]
                try:
                    yield raw
                finally:
                    if raw.is_closed() or raw.is_in_transaction():
                        lent.invalidate()  # whoever is next gets a connection without a past
                    else:
                        lent.close()
            finally:
                self._slots.release()
        finally:
            await self._leave()

    @asynccontextmanager
    async def connections(self, count: int) -> AsyncIterator[list[asyncpg.Connection]]:
        """Several at once, those that are open first."""
        async with AsyncExitStack() as stack:
            yield [await stack.enter_async_context(self.connection()) for _ in range(count)]

    async def fill(self) -> None:
        """Open all connections, so that none is opened beside the requests of a busy moment.

        Raises:
            ConnectionLost: the database gives fewer; those that it gave stay open.
            HomeMoved: the home is another one by now.
        """
        async with self.connections(self.size):
            pass

    def held(self) -> int:
        """How many connections are open, in use or not."""
        pool = self._queue()
        return pool.checkedin() + pool.checkedout()

    def prefer_open_ones(self, seconds: float) -> None:
        """Let sessions wait for a connection that is open rather than open one, for a while.

        When many waited for a new home, each would wait longer for a connection of its own.
        """
        self._open_ones_until = asyncio.get_running_loop().time() + seconds

    async def retire(self) -> None:
        """Close all connections, those in use as soon as they are given back."""
        self._retired = True
        if not self._users:
            await self._engine.dispose()

    async def _checkout(self, session: AsyncSession) -> None:
        if self._open_ones_until:
            await self._wait_for_open_one()
        with self._refusals():
            await session.connection()

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if not is_refused(error):
                raise
            raise ConnectionLost(
                f"{self.home.address} gives no connection: {error}.", self.home
            ) from error

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        await self._take_slot()
        try:
            yield
        finally:
            self._slots.release()

    async def _take_slot(self) -> None:
        """A turn with one of the connections; whoever came first gets the first that is free."""
        try:
            if self._slots.locked():  # who does not have to wait needs no clock
                async with asyncio.timeout(_WAIT_FOR_CONNECTION):
                    await self._slots.acquire()
            else:
                await self._slots.acquire()
        except TimeoutError as error:
            raise DatabaseUnavailable(
                f"All connections to {self.home.address} are in use for more than "
                f"{_WAIT_FOR_CONNECTION:.0f} seconds: raise POOL_SIZE or add processes."
            ) from error

    async def _wait_for_open_one(self) -> None:
        now = asyncio.get_running_loop().time
        while now() < self._open_ones_until:
            if self._queue().checkedin():
                return
            await asyncio.sleep(_LOOK_AGAIN)
        self._open_ones_until = 0.0

    def _queue(self) -> AsyncAdaptedQueuePool:
        pool = self._engine.sync_engine.pool
        assert isinstance(pool, AsyncAdaptedQueuePool)
        return pool

    @asynccontextmanager
    async def _in_use(self) -> AsyncIterator[None]:
        self._users += 1
        try:
            yield
        finally:
            await self._leave()

    async def _leave(self) -> None:
        self._users -= 1
        if self._retired and not self._users:
            await self._engine.dispose()


async def _refuse_former(connection: asyncpg.Connection, home: Home) -> None:
    """See that a new connection leads to the home, and not to one that was made a standby since.

    Raises:
        HomeMoved: it does not; the connection is closed.
    """
    try:
        active = await connection.fetchval(_IS_HOME, home.service, home.epoch, home.identity)
        if not active:
            raise HomeMoved(f"{home.address} is not the home of {home.service} any more.", home)
    except BaseException:  # a cancellation too: nobody else knows of the connection
        connection.terminate()
        raise
