"""Profiles: one's own, and those that other services ask for."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from service_kit import (
    DatabaseDep,
    Principal,
    ReaderDep,
    Router,
    SessionDep,
    responses,
    service_only,
)

from profile_service.errors import (
    PreconditionFailed,
    PreconditionRequired,
    ProfileErased,
    ProfileNotFound,
)
from profile_service.profiles import (
    change_profile,
    get_profile,
    obtain_profile,
    tag_of,
)
from profile_service.routes.caller import REFUSALS, OwnerId
from profile_service.routes.conditions import (
    NOT_MODIFIED,
    IfMatch,
    IfNoneMatch,
    tagged,
    unless_unchanged,
)
from profile_service.schemas import ProfileBody, ProfileChange

router = Router(prefix="/v1/profiles", tags=["profiles"])
ProfileReader = Annotated[Principal, Depends(service_only("profiles:read"))]


@router.get(
    "/me", response_model=ProfileBody, responses=responses(*REFUSALS, ProfileErased) | NOT_MODIFIED
)
async def get_my_profile(
    response: Response,
    owner: OwnerId,
    database: DatabaseDep,
    if_none_match: IfNoneMatch = None,
) -> Any:
    """Return the caller's profile, made now if there is none yet."""
    profile = await obtain_profile(database, owner)
    body = ProfileBody.of(profile)
    return unless_unchanged(response, tag_of(profile), if_none_match, body)


@router.patch(
    "/me",
    response_model=ProfileBody,
    responses=responses(*REFUSALS, PreconditionFailed, PreconditionRequired, ProfileErased),
)
async def update_my_profile(
    change: ProfileChange,
    response: Response,
    owner: OwnerId,
    session: SessionDep,
    if_match: IfMatch = None,
) -> Any:
    """Change fields of the caller's profile; what is left out stays."""
    profile = await change_profile(session, owner, change.given(), if_match)
    tagged(response, tag_of(profile))
    return ProfileBody.of(profile)


@router.get(
    "/{user_id}",
    response_model=ProfileBody,
    responses=responses(*REFUSALS, ProfileNotFound) | NOT_MODIFIED,
)
async def get_profile_of_user(
    user_id: UUID,
    response: Response,
    _caller: ProfileReader,
    reader: ReaderDep,
    if_none_match: IfNoneMatch = None,
) -> Any:
    """Return the profile of any user, to another service."""
    profile = await get_profile(reader, user_id)
    body = ProfileBody.of(profile)
    return unless_unchanged(response, tag_of(profile), if_none_match, body)
