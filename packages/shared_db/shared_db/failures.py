"""What a database error means for the transaction that met it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from shared_db.errors import CommitUnknown, ConnectionLost, HomeMoved

if TYPE_CHECKING:
    from shared_db.homes import Home

FENCED = "SDB01"
"""SQLSTATE that the fence of a former home raises: the schema has moved, resolve its home again."""

_REVOKED = frozenset({"42501", "3F000"})
_DROPPED = frozenset({"57P01", "57P02", "57P03", "25P03", "08000", "08003", "08006", "08007"})
_REFUSED = frozenset({"08001", "08004", "53300", "57P03"})
_CONNECTION = (
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.ConnectionFailureError,
    ConnectionError,
)

_FROM_THE_DRIVER = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""Only these tell of the database; a ``ConnectionError`` may come from the caller's own calls."""


def sqlstate(error: BaseException) -> str | None:
    """The SQLSTATE that Postgres gave, through SQLAlchemy's and asyncpg's wrappers."""
    for cause in _causes(error):
        code = getattr(cause, "sqlstate", None)
        if isinstance(code, str):
            return code
    return None


def constraint_name(error: BaseException) -> str | None:
    """The constraint that was violated; None where the server does not tell (Citus may not)."""
    for cause in _causes(error):
        name = getattr(cause, "constraint_name", None)
        if isinstance(name, str):
            return name
    return None


def is_fenced(error: BaseException) -> bool:
    """Whether the error may come from the fence of a former home.

    The fence's triggers raise ``FENCED``; statements that meet no trigger find their privileges
    revoked, which can also be a real lack of privilege: only the home's row tells them apart.
    """
    code = sqlstate(error)
    return code == FENCED or code in _REVOKED


def is_dropped(error: BaseException) -> bool:
    """Whether the connection is gone, as against a statement that failed on a live one."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if sqlstate(error) in _DROPPED:
        return True
    return any(isinstance(cause, _CONNECTION) or _is_closed(cause) for cause in _causes(error))


def is_refused(error: BaseException) -> bool:
    """Whether no connection could be made: unreachable, not accepting, or out of slots."""
    if sqlstate(error) in _REFUSED:
        return True
    return any(isinstance(cause, OSError | asyncio.TimeoutError) for cause in _causes(error))


@contextmanager
def translated(home: Home, committing: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Turn what ended a transaction from outside into one of this package's errors.

    Args:
        home: where the transaction runs.
        committing: whether COMMIT has been sent, so that its outcome cannot be known.

    Raises:
        HomeMoved, ConnectionLost, CommitUnknown: as their names say; other errors pass.
    """
    try:
        yield
    except _FROM_THE_DRIVER as error:
        if is_dropped(error):
            if committing():
                raise CommitUnknown(
                    f"The connection to {home.address} dropped during COMMIT: read the data "
                    "again before repeating.",
                    home,
                ) from error
            raise ConnectionLost(f"The connection to {home.address} dropped.", home) from error
        if is_fenced(error):
            raise HomeMoved(
                f"{home.address} refuses {home.service}: {error}. If its home has not moved, "
                "the role lacks a privilege; `shared-db check` names it.",
                home,
            ) from error
        raise


def _is_closed(error: BaseException) -> bool:
    return isinstance(error, asyncpg.InterfaceError) and "closed" in str(error)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what it wraps and what it was raised from, outermost first."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        wrapped = current.orig if isinstance(current, DBAPIError) else None
        current = wrapped or current.__cause__
