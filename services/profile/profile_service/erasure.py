"""Erasing what a user told, on their wish or with their account.

The row of the profile stays, empty, so that a token which is still valid makes no new one, and
what is asked for beside the erasure meets its lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from service_kit import utc_now
from service_kit.events import Event, append
from service_kit.jobs import Job, enqueue, forget_jobs
from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from profile_service.events import PROFILE_ERASED
from profile_service.exports import EXPORT
from profile_service.models import DEFAULT_LOCALE, DEFAULT_TIME_ZONE, Preferences, Profile
from profile_service.profiles import lock_row

ERASE = "erase"
_SCHEMA = "profile"


async def ask_erasure(session: AsyncSession, user_id: UUID) -> UUID:
    """Put an erasure into the queue; while one is not finished, it is that one."""
    payload = {"user_id": str(user_id)}
    return await enqueue(session, _SCHEMA, ERASE, payload, unique_key=str(user_id))


async def erase_profile(session: AsyncSession, user_id: UUID) -> None:
    """Erase profile, preferences and exports, and acknowledge it with an event.

    The event is told also when nothing was held: whoever asked for the erasure waits for it.
    """
    profile = await lock_row(session, user_id)
    if profile.erased_at is None:
        _empty(profile)
    await session.exec(delete(Preferences).where(col(Preferences.user_id) == user_id))
    await forget_jobs(session, _SCHEMA, EXPORT, {"user_id": str(user_id)})
    event = Event(PROFILE_ERASED, str(user_id), {"user_id": str(user_id)})
    await append(session, _SCHEMA, event)


async def do_erase(job: Job) -> Mapping[str, Any] | None:
    """Erase in one transaction with the end of the job."""
    user_id = UUID(job.payload["user_id"])

    async def work(session: AsyncSession) -> None:
        await erase_profile(session, user_id)
        await job.finish(session)

    await job.database.run(work)
    return None


def _empty(profile: Profile) -> None:
    """Leave nothing but whose profile it was, and since when it is erased."""
    profile.display_name = profile.bio = ""
    profile.locale, profile.time_zone, profile.avatar_url = DEFAULT_LOCALE, DEFAULT_TIME_ZONE, None
    profile.version += 1
    profile.erased_at = profile.created_at = profile.updated_at = utc_now()
