"""Exports: what the service holds on a user, as a job that the user can fetch.

The export is in the job's result. Nobody else can fetch it, and an erasure removes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from service_kit.jobs import Job, KeptJob, enqueue, find_job
from sqlmodel.ext.asyncio.session import AsyncSession

from profile_service.errors import ExportNotFound
from profile_service.models import Preferences, Profile
from profile_service.profiles import lock_profile
from profile_service.schemas import ProfileBody

EXPORT = "export"
_SCHEMA = "profile"


async def ask_export(session: AsyncSession, user_id: UUID) -> KeptJob:
    """Put an export into the queue; while one is not finished, it is that one.

    The profile is locked, so that an erasure comes before or after, and misses no export.

    Raises:
        ProfileErased: there is nothing to export any more.
    """
    await lock_profile(session, user_id)
    payload = {"user_id": str(user_id)}
    job_id = await enqueue(session, _SCHEMA, EXPORT, payload, unique_key=str(user_id))
    return await find_export(session, user_id, job_id)


async def find_export(session: AsyncSession, user_id: UUID, job_id: UUID) -> KeptJob:
    """A user's export.

    Raises:
        ExportNotFound: there is none with that id, or it is another user's.
    """
    job = await find_job(session, _SCHEMA, job_id)
    if job is None or job.kind != EXPORT or job.payload["user_id"] != str(user_id):
        raise ExportNotFound
    return job


async def do_export(job: Job) -> Mapping[str, Any] | None:
    """Collect what is held, in one transaction with the end of the job."""
    user_id = UUID(job.payload["user_id"])

    async def work(session: AsyncSession) -> None:
        await job.finish(session, await _collect(session, user_id))

    await job.database.run(work)
    return None


async def _collect(session: AsyncSession, user_id: UUID) -> dict[str, Any]:
    profile = await session.get(Profile, user_id)
    preferences = await session.get(Preferences, user_id)
    return {
        "profile": ProfileBody.of(profile).model_dump(mode="json") if profile else None,
        "preferences": preferences.settings if preferences else {},
    }
