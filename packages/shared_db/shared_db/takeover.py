"""Learning over open connections that a service has moved, and making it so where that is left."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from shared_db.errors import DatabaseUnavailable, TransactionError
from shared_db.homes import LOCK_HOME_SHARED, READ_HOME, HomeRow, State, parse_row
from shared_db.pool import Pool
from shared_db.warm import WarmPool

_PATIENCE = 2.0
_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '1s'"
_PROMOTE = "SELECT shared_db.promote($1, $2, $3)"
_NO_ANSWER = (
    OSError,
    SQLAlchemyError,
    TransactionError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
)


async def taken_over(warm: WarmPool, former: Pool, service: str) -> HomeRow | None:
    """The next home's row if the service is active there now, over connections that are open.

    A next home that still stands by becomes the home when the former one says that the service
    has moved to it in the same run.

    Args:
        warm: open connections to the next home.
        former: the pool on the former home.
        service: the service's name.

    Returns:
        None if the service has not moved there, or an answer cannot be had this way.

    Raises:
        DatabaseUnavailable: it has moved there, but the next home cannot take over yet.
    """
    try:
        async with asyncio.timeout(_PATIENCE):
            return await _ask(warm, former, service)
    except _NO_ANSWER:
        return None


async def _ask(warm: WarmPool, former: Pool, service: str) -> HomeRow | None:
    async with warm.pool.connection() as there:
        row = await _row(there, service)
        if row is None or row.identity != warm.pool.home.identity:
            return None
        if row.state is State.ACTIVE:
            return row if row.epoch > former.home.epoch else None
        if not warm.is_next(row) or not await _moved_to(row, former, service):
            return None
        with _refused(warm.pool):
            await there.execute(_PROMOTE, service, row.epoch, row.run_id)
        return row


async def _moved_to(target: HomeRow, former: Pool, service: str) -> bool:
    """Whether the former home's row is beyond the commit point of the move to ``target``.

    The advisory lock, shared, is not to be had while a cut is between fence and COMMIT. Requests
    that meet the fence give their connections back at once; a new one would be refused there.
    """
    former.prefer_open_ones(_PATIENCE / 4)
    async with former.connection() as here, here.transaction():
        await here.execute(_LOCK_TIMEOUT)
        await here.execute(LOCK_HOME_SHARED, service)
        row = await _row(here, service)
    return (
        row is not None
        and row.state is State.MOVED
        and row.moved_to is not None
        and row.moved_to.identity == target.identity
        and row.run_id == target.run_id
    )


async def _row(connection: asyncpg.Connection, service: str) -> HomeRow | None:
    found = await connection.fetchrow(READ_HOME, service)
    return parse_row(found) if found else None


@contextmanager
def _refused(pool: Pool) -> Iterator[None]:
    try:
        yield
    except asyncpg.PostgresError as error:
        raise DatabaseUnavailable(
            f"{pool.home.service} has moved to {pool.home.address}, which cannot take over yet: "
            f"{error}."
        ) from error
