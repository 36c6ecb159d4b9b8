"""Forgetting what no longer counts: tokens, sessions, attempts; a few thousand rows at a time."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta

import structlog
from service_kit import Clock
from shared_db import Database, SharedDbError
from sqlalchemy import ColumnElement, Table, inspect, or_, tuple_
from sqlmodel import SQLModel, col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.attempts import FAMILIAR_FOR
from auth_service.limits import FORGOTTEN_AFTER
from auth_service.models import (
    FamiliarSource,
    LoginAttempt,
    OneTimeToken,
    RefreshToken,
    RevokedToken,
    Session,
    metadata,
)

KEPT_AFTER_THE_END = timedelta(days=7)
"""For questions about what happened; a replay of a token of such a session changes nothing."""

_BATCH = 1000
_log = structlog.get_logger(__name__)


async def clean_up(database: Database, clock: Clock) -> int:
    """Delete what no longer counts; how many rows it was.

    Each batch is a transaction of its own and passes over rows that somebody holds, so that
    several processes may do this at once, and nobody waits for them.
    """
    now, deleted = clock(), 0
    for table, over in _outlived(now):
        while batch := await database.run(_delete, table, over):
            deleted += batch
    return deleted


def _outlived(now: datetime) -> list[tuple[type[SQLModel] | Table, ColumnElement[bool]]]:
    """What may go, by table; tokens before the sessions that they refer to."""
    ended = now - KEPT_AFTER_THE_END
    session_over = or_(col(Session.expires_at) < ended, col(Session.revoked_at) < ended)
    over = select(Session.id).where(session_over)
    held = select(RefreshToken.session_id).where(col(RefreshToken.session_id) == col(Session.id))
    jobs = metadata.tables["auth.jobs"]
    return [
        (RefreshToken, col(RefreshToken.session_id).in_(over)),
        (Session, session_over & ~held.exists()),
        (OneTimeToken, col(OneTimeToken.expires_at) < ended),
        (jobs, jobs.c.finished_at < ended),
        (RevokedToken, col(RevokedToken.expires_at) < now),
        (LoginAttempt, col(LoginAttempt.changed_at) < now - 2 * FORGOTTEN_AFTER),
        (FamiliarSource, col(FamiliarSource.seen_at) < now - FAMILIAR_FOR),
    ]


async def _delete(
    session: AsyncSession, table: type[SQLModel] | Table, over: ColumnElement[bool]
) -> int:
    key = list(inspect(table).primary_key)
    few = select(*key).where(over).limit(_BATCH).with_for_update(skip_locked=True).cte("few")
    deleted = await session.exec(delete(table).where(tuple_(*key).in_(select(*few.c))))
    return int(deleted.rowcount)


class Cleaner:
    """Cleans up in rounds while the service runs.

    Args:
        database: where the tables are.
        clock: gives the time.
        interval: seconds between two rounds.
    """

    def __init__(self, database: Database, clock: Clock, *, interval: float) -> None:
        self._database = database
        self._clock = clock
        self._interval = interval
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with the rounds; the first one comes after the interval."""
        self._task = asyncio.create_task(self._rounds(), name="auth-cleaning")

    async def stop(self) -> None:
        """End; a batch under way is rolled back."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _rounds(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            try:
                deleted = await clean_up(self._database, self._clock)
                _log.info("cleaned_up", rows=deleted)
            except SharedDbError as error:
                _log.warning("not_cleaned_up", reason=str(error))
