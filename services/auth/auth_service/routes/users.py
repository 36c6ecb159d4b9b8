"""The caller's account, and accounts as administrators find them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from service_kit import (
    ConnectionDep,
    InvalidCursor,
    Page,
    PageParams,
    ReaderDep,
    Router,
    encode_cursor,
    links,
    responses,
)

from auth_service.own_account import own_account
from auth_service.parts import PartsDep
from auth_service.routes.caller import OF_ADMINISTRATION, OF_USERS, Administration, UserCaller
from auth_service.routes.pages import before
from auth_service.schemas import UserBody
from auth_service.users import search

router = Router(prefix="/v1/users", tags=["users"])
_LEADS_ON = links(
    200,
    **{
        act: {"user_id": "$response.body#/data/0/id"}
        for act in (
            "suspend_user",
            "reinstate_user",
            "revoke_user_sessions",
            "send_password_reset",
            "erase_user",
        )
    },
)


@router.get("/me", responses=responses(*OF_USERS))
async def get_me(caller: UserCaller, parts: PartsDep, connection: ConnectionDep) -> UserBody:
    """Return the caller's account."""
    return await own_account(connection, caller, parts.clock())


@router.get("", responses=responses(*OF_ADMINISTRATION, InvalidCursor) | _LEADS_ON)
async def search_users(
    _caller: Administration,
    session: ReaderDep,
    page: Annotated[PageParams, Depends()],
    q: Annotated[str | None, Query(max_length=320, description="part of an e-mail")] = None,
) -> Page[UserBody]:
    """List accounts whose e-mail contains `q`, newest first."""
    found = await search(session, q, before=before(page), limit=page.limit + 1)
    shown = found[: page.limit]
    more = len(found) > len(shown)
    return Page[UserBody](
        data=[UserBody.of(user) for user in shown],
        has_more=more,
        next_cursor=encode_cursor((shown[-1].id,)) if more else None,
    )
