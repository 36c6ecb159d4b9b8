"""Accounts, as the service that keeps them shows them to administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from service_kit import (
    DatabaseDep,
    InvalidCursor,
    Page,
    PageParams,
    Router,
    UpstreamUnavailable,
    links,
    responses,
)

from admin_service.audit import ids_of, record
from admin_service.routes.caller import REFUSALS, Administrator, UpstreamsDep
from admin_service.schemas import UserBody

router = Router(prefix="/v1/admin/users", tags=["users"])


@router.get(
    "",
    responses=responses(*REFUSALS, InvalidCursor, UpstreamUnavailable)
    | links(
        200,
        **{
            act: {"user_id": "$response.body#/data/0/id"}
            for act in ("suspend_user", "reinstate_user", "revoke_user_sessions")
        },
    ),
)
async def search_users(
    administrator: Administrator,
    database: DatabaseDep,
    upstreams: UpstreamsDep,
    page: Annotated[PageParams, Depends()],
    q: Annotated[str | None, Query(max_length=320, description="part of an e-mail")] = None,
) -> Page[UserBody]:
    """List accounts whose e-mail matches, newest first; the audit names those that were shown."""
    params = {"q": q, "limit": page.limit, "cursor": page.cursor}
    found = await upstreams.read("auth", "/v1/users", Page[UserBody], administrator, params)
    await record(
        database, administrator, "users.search", ids_of(account.id for account in found.data)
    )
    return found
