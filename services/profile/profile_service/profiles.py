"""Reading, making and changing profiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from service_kit import utc_now
from shared_db import Database
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from profile_service.errors import ProfileErased, ProfileNotFound
from profile_service.etags import entity_tag, require_match
from profile_service.events import announce_update
from profile_service.models import Profile


def tag_of(profile: Profile) -> str:
    """The entity tag; ``created_at`` tells a profile from an erased one of the same user."""
    return entity_tag("profile", profile.user_id, profile.created_at, profile.version)


async def get_profile(session: AsyncSession, user_id: UUID) -> Profile:
    """The profile of that user.

    Raises:
        ProfileNotFound: it has not been made, or was erased.
    """
    profile = await session.get(Profile, user_id)
    if profile is None or profile.erased_at is not None:
        raise ProfileNotFound
    return profile


async def obtain_profile(database: Database, user_id: UUID) -> Profile:
    """The profile of that user, made now unless it is there.

    The connection of the read is given back before the one of the write is taken: requests that
    hold one and wait for a second would wait for each other.

    Raises:
        ProfileErased: it was there, and stays erased.
    """
    async with database.reader() as reader:
        profile = await reader.get(Profile, user_id)
    if profile is None:
        profile = await database.run(make_profile, user_id)
    return _present(profile)


async def make_profile(session: AsyncSession, user_id: UUID) -> Profile:
    """Make the profile unless it is there; of several at once, one makes it and all get it."""
    await session.exec(insert(Profile).values(user_id=user_id).on_conflict_do_nothing())
    return await session.get_one(Profile, user_id)


async def lock_profile(session: AsyncSession, user_id: UUID) -> Profile:
    """Make the profile unless it is there, and keep other changes out until the commit.

    Raises:
        ProfileErased: it was there, and stays erased.
    """
    return _present(await lock_row(session, user_id))


async def lock_row(session: AsyncSession, user_id: UUID) -> Profile:
    """As ``lock_profile``, an erased profile included."""
    await session.exec(insert(Profile).values(user_id=user_id).on_conflict_do_nothing())
    return await session.get_one(Profile, user_id, with_for_update=True)


async def change_profile(
    session: AsyncSession, user_id: UUID, changes: Mapping[str, Any], if_match: str | None
) -> Profile:
    """Change some fields; when none gets another value, version and tag stay.

    Args:
        session: the transaction that carries the change and its event.
        user_id: whose profile.
        changes: new values by name of the field, already checked.
        if_match: the condition of the client.

    Raises:
        PreconditionRequired: there is no condition.
        PreconditionFailed: the profile has changed since the client read it.
        ProfileErased: it was erased.
    """
    profile = await lock_profile(session, user_id)
    require_match(if_match, tag_of(profile))
    changed = {name for name, value in changes.items() if getattr(profile, name) != value}
    if changed:
        for name in changed:
            setattr(profile, name, changes[name])
        profile.version += 1
        profile.updated_at = utc_now()
        announce_update(session, profile, changed)
    return profile


def _present(profile: Profile) -> Profile:
    if profile.erased_at is not None:
        raise ProfileErased
    return profile
