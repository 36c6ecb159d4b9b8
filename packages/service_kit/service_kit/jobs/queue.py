"""Putting jobs into the queue, taking them and looking at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared_db import Database
from sqlalchemy import Interval, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from service_kit.ids import new_id
from service_kit.jobs.job import Job
from service_kit.jobs.tables import jobs_of


class JobState(StrEnum):
    """Where a job is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class KeptJob:
    """A job as the table has it."""

    id: UUID
    kind: str
    payload: Mapping[str, Any]
    state: JobState
    attempts: int
    result: Mapping[str, Any] | None
    error: str | None
    created_at: datetime
    finished_at: datetime | None


async def enqueue(
    session: AsyncSession,
    schema: str,
    kind: str,
    payload: Mapping[str, Any],
    *,
    run_at: datetime | None = None,
    unique_key: str | None = None,
) -> UUID:
    """Put a job into the queue; it exists if and only if the transaction commits.

    Args:
        session: the transaction that makes it necessary.
        schema: the service's.
        kind: a key of the worker's handlers.
        payload: JSON; ids rather than personal data.
        run_at: not before; by default at once.
        unique_key: of jobs of this kind that are not finished, one has it.

    Returns:
        The job's id, or that of the unfinished one with the same key.
    """
    jobs = jobs_of(schema)
    connection = await session.connection()
    row = insert(jobs).values(
        id=new_id(),
        kind=kind,
        payload=dict(payload),
        unique_key=unique_key,
        state=JobState.QUEUED.value,
        attempts=0,
        available_at=func.now() if run_at is None else run_at,
        created_at=func.now(),
    )
    # An update of nothing rather than no update: the row that is in the way is returned then,
    # and a worker that finishes it meanwhile is waited for.
    row = row.on_conflict_do_update(
        index_elements=[jobs.c.kind, jobs.c.unique_key],
        index_where=jobs.c.finished_at.is_(None),
        set_={"kind": row.excluded.kind},
    )
    added = await connection.execute(row.returning(jobs.c.id))
    found: UUID = added.scalar_one()
    return found


async def find_job(session: AsyncSession, schema: str, job_id: UUID) -> KeptJob | None:
    """The job with that id."""
    jobs = jobs_of(schema)
    connection = await session.connection()
    row = (await connection.execute(select(jobs).where(jobs.c.id == job_id))).first()
    if row is None:
        return None
    return KeptJob(
        id=row.id,
        kind=row.kind,
        payload=row.payload,
        state=JobState(row.state),
        attempts=row.attempts,
        result=row.result,
        error=row.error,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


async def forget_jobs(
    session: AsyncSession, schema: str, kind: str, payload: Mapping[str, Any]
) -> None:
    """Remove jobs whose payload contains ``payload``, with their results, in whatever state."""
    jobs = jobs_of(schema)
    connection = await session.connection()
    await connection.execute(
        delete(jobs).where(jobs.c.kind == kind, jobs.c.payload.contains(dict(payload)))
    )


async def is_any_due(database: Database, kinds: Sequence[str]) -> bool:
    """Whether ``take`` may find a job: one cheap statement for a queue that is mostly empty."""
    statement = f"""
        SELECT EXISTS (
            SELECT FROM {database.service.schema}.jobs
             WHERE finished_at IS NULL
               AND available_at <= clock_timestamp()
               AND kind = ANY($1)
        )
    """  # noqa: S608 - our own name
    return bool(await database.value(statement, kinds))


async def take(
    session: AsyncSession, database: Database, leases: Mapping[str, float]
) -> Job | None:
    """Take the job that has waited longest, under a lease; None when there is none.

    Args:
        session: a transaction of its own, so that the lease is known to all when work begins.
        database: the service's.
        leases: seconds of a lease, by the kinds that the worker can do.
    """
    jobs = jobs_of(database.service.schema)
    connection = await session.connection()
    due = (
        select(jobs.c.id, jobs.c.kind)
        .where(jobs.c.finished_at.is_(None))
        .where(jobs.c.available_at <= func.clock_timestamp())
        .where(jobs.c.kind.in_(list(leases)))
        .order_by(jobs.c.available_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = (await connection.execute(due)).first()
    if found is None:
        return None
    lease = new_id()
    taken = await connection.execute(
        update(jobs)
        .values(
            state=JobState.RUNNING.value,
            attempts=jobs.c.attempts + 1,
            lease=lease,
            available_at=_from_now(leases[found.kind]),
        )
        .where(jobs.c.id == found.id)
        .returning(jobs.c.kind, jobs.c.payload, jobs.c.attempts)
    )
    row = taken.one()
    return Job(database, found.id, row.kind, row.payload, row.attempts, lease)


async def extend(session: AsyncSession, job: Job, seconds: float) -> None:
    """Renew a lease; raises ``LeaseLost`` when it has been lost."""
    await job.change(session, {"available_at": _from_now(seconds)})


async def put_back(session: AsyncSession, job: Job, seconds: float, error: str) -> None:
    """Let a job wait for its next attempt."""
    queued = {"state": JobState.QUEUED.value, "lease": None}
    await job.change(session, {**queued, "available_at": _from_now(seconds), "error": error})


async def give_up(session: AsyncSession, job: Job, error: str) -> None:
    """Note that a job has failed for good."""
    failed = {"state": JobState.FAILED.value, "finished_at": func.now()}
    await job.change(session, {**failed, "error": error})


def _from_now(seconds: float) -> Any:
    """A moment by the server's clock: workers' clocks may differ."""
    return func.clock_timestamp() + cast(timedelta(seconds=seconds), Interval)
