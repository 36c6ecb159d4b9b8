"""A job that a worker holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared_db import Database
from sqlalchemy import func, null, update
from sqlmodel.ext.asyncio.session import AsyncSession

from service_kit.jobs.tables import jobs_of


class LeaseLost(Exception):
    """The job was taken from its worker, whose result does not count."""

    def __init__(self, job_id: UUID) -> None:
        super().__init__(f"The lease of job {job_id} has ended: another worker has it.")


@dataclass
class Job:
    """A job under a lease.

    Args:
        database: the service's.
        id: its identity, the same in every attempt.
        kind: what is to be done.
        payload: with what.
        attempt: 1 in the first.
        lease: tells this taking of the job from others.
        finished: whether its handler has called ``finish``.
    """

    database: Database
    id: UUID
    kind: str
    payload: Mapping[str, Any]
    attempt: int
    lease: UUID
    finished: bool = False

    async def finish(self, session: AsyncSession, result: Mapping[str, Any] | None = None) -> None:
        """Note that the job is done, in the transaction of what it did.

        Raises:
            LeaseLost: another worker has taken it; nothing of the transaction may be kept.
        """
        values = {
            "state": "done",
            "result": null() if result is None else dict(result),
            "error": None,
            "finished_at": func.now(),
        }
        await self.change(session, values)
        self.finished = True

    async def change(self, session: AsyncSession, values: Mapping[str, Any]) -> None:
        """Change the job's row while it is held.

        Raises:
            LeaseLost: another worker has taken it.
        """
        jobs = jobs_of(self.database.service.schema)
        connection = await session.connection()
        changed = await connection.execute(
            update(jobs)
            .values(**values)
            .where(jobs.c.id == self.id, jobs.c.lease == self.lease, jobs.c.state == "running")
            .returning(jobs.c.id)
        )
        if changed.first() is None:
            raise LeaseLost(self.id)
