"""The counters of attempts: one statement each, whose row stays locked until the transaction ends.

They are written as text, because a login would else spend more on making statements than they take.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlmodel.ext.asyncio.session import AsyncSession

_ADD = text("""
INSERT INTO auth.login_attempts AS counted (source, window_start, failures, changed_at)
VALUES (:source, :window, 1, :now)
ON CONFLICT (source, window_start) DO UPDATE
   SET failures = counted.failures + 1, changed_at = excluded.changed_at
RETURNING failures, locked_until
""")
_SET = text("""
UPDATE auth.login_attempts
   SET failures = :failures, locked_until = :locked_until
 WHERE source = :source AND window_start = :window
RETURNING failures, locked_until
""")
_ADD_STRANGER = text("""
UPDATE auth.users SET failed_count = failed_count + 1
 WHERE id = :user
RETURNING failed_count, locked_until
""")
_SET_STRANGERS = text("""
UPDATE auth.users SET failed_count = :failures, locked_until = :locked_until
 WHERE id = :user
RETURNING failed_count, locked_until
""")


class Counter(NamedTuple):
    """How many attempts have not succeeded, and until when there may be no more."""

    failures: int
    locked_until: datetime | None


async def add_one(session: AsyncSession, source: bytes, window: datetime, now: datetime) -> Counter:
    """Add one to the counter of a source, to which twins may add at the same time."""
    return await _count(session, _ADD, {"source": source, "window": window, "now": now})


async def keep(session: AsyncSession, source: bytes, window: datetime, counter: Counter) -> None:
    """Give the counter of a source, to which one was added, another value."""
    named = {"source": source, "window": window, **counter._asdict()}
    await _count(session, _SET, named)


async def add_stranger(session: AsyncSession, user_id: UUID) -> Counter:
    """Add one to the counter that strangers to an account share."""
    return await _count(session, _ADD_STRANGER, {"user": user_id})


async def keep_strangers(session: AsyncSession, user_id: UUID, counter: Counter) -> None:
    """Give the strangers' counter, to which one was added, another value."""
    await _count(session, _SET_STRANGERS, {"user": user_id, **counter._asdict()})


async def _count(session: AsyncSession, statement: TextClause, named: Mapping[str, Any]) -> Counter:
    connection = await session.connection()
    return Counter(*(await connection.execute(statement, named)).one())
