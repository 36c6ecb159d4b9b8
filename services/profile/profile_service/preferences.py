"""Reading and replacing preferences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from profile_service.etags import entity_tag, require_match
from profile_service.models import Preferences, Profile
from profile_service.profiles import lock_profile


@dataclass(frozen=True)
class KeptPreferences:
    """The settings of a user and the tag of their state; version 0 is the empty beginning."""

    settings: dict[str, Any]
    version: int
    tag: str


async def read_preferences(session: AsyncSession, profile: Profile) -> KeptPreferences:
    """What is kept for the owner of the profile; at first an empty object."""
    row = await session.get(Preferences, profile.user_id)
    return _kept(profile, row.settings, row.version) if row else _kept(profile, {}, 0)


async def replace_preferences(
    session: AsyncSession, user_id: UUID, settings: dict[str, Any], if_match: str | None
) -> KeptPreferences:
    """Put new settings in place of the old ones; equal settings leave version and tag.

    Raises:
        PreconditionRequired: there is no condition.
        PreconditionFailed: the settings have changed since the client read them.
        ProfileErased: they were erased with the profile.
    """
    profile = await lock_profile(session, user_id)
    kept = await read_preferences(session, profile)
    require_match(if_match, kept.tag)
    if _canonical(settings) == _canonical(kept.settings):
        return kept
    await _write(session, user_id, settings, kept.version + 1)
    return _kept(profile, settings, kept.version + 1)


async def _write(
    session: AsyncSession, user_id: UUID, settings: dict[str, Any], version: int
) -> None:
    row = insert(Preferences).values(user_id=user_id, settings=settings, version=version)
    await session.exec(
        row.on_conflict_do_update(
            index_elements=["user_id"],
            set_={
                "settings": row.excluded.settings,
                "version": row.excluded.version,
                "updated_at": func.now(),
            },
        )
    )


def _canonical(settings: dict[str, Any]) -> str:
    """A text to compare by: Python holds ``true`` and ``1`` for equal, JSON does not."""
    return json.dumps(settings, sort_keys=True)


def _kept(profile: Profile, settings: dict[str, Any], version: int) -> KeptPreferences:
    tag = entity_tag("preferences", profile.user_id, profile.created_at, version)
    return KeptPreferences(settings=settings, version=version, tag=tag)
