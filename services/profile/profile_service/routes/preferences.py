"""The caller's preferences."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from service_kit import DatabaseDep, Router, SessionDep, responses

from profile_service.errors import PreconditionFailed, PreconditionRequired, ProfileErased
from profile_service.preferences import read_preferences, replace_preferences
from profile_service.profiles import obtain_profile
from profile_service.routes.caller import REFUSALS, OwnerId
from profile_service.routes.conditions import (
    NOT_MODIFIED,
    IfMatch,
    IfNoneMatch,
    tagged,
    unless_unchanged,
)
from profile_service.schemas import PreferencesDocument

router = Router(prefix="/v1/profiles/me/preferences", tags=["preferences"])


@router.get(
    "", response_model=dict[str, Any], responses=responses(*REFUSALS, ProfileErased) | NOT_MODIFIED
)
async def get_my_preferences(
    response: Response,
    owner: OwnerId,
    database: DatabaseDep,
    if_none_match: IfNoneMatch = None,
) -> Any:
    """Return the caller's preferences, an empty object at first."""
    profile = await obtain_profile(database, owner)
    async with database.reader() as reader:
        kept = await read_preferences(reader, profile)
    return unless_unchanged(response, kept.tag, if_none_match, kept.settings)


@router.put(
    "",
    response_model=dict[str, Any],
    responses=responses(*REFUSALS, PreconditionFailed, PreconditionRequired, ProfileErased),
)
async def replace_my_preferences(
    settings: PreferencesDocument,
    response: Response,
    owner: OwnerId,
    session: SessionDep,
    if_match: IfMatch = None,
) -> Any:
    """Put a JSON object in place of the caller's preferences."""
    kept = await replace_preferences(session, owner, settings, if_match)
    tagged(response, kept.tag)
    return kept.settings
