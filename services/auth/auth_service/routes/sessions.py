"""A user's own sessions."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, status
from service_kit import (
    InvalidCursor,
    Page,
    PageParams,
    ReaderDep,
    Router,
    SessionDep,
    encode_cursor,
    links,
    responses,
)

from auth_service.errors import SessionNotFound
from auth_service.parts import PartsDep
from auth_service.routes.caller import OF_USERS, UserCaller
from auth_service.routes.pages import before
from auth_service.schemas import SessionBody

router = Router(prefix="/v1/sessions", tags=["sessions"], responses=responses(*OF_USERS))


@router.get(
    "",
    responses=responses(InvalidCursor)
    | links(200, end_session={"session_id": "$response.body#/data/0/id"}),
)
async def list_sessions(
    caller: UserCaller,
    parts: PartsDep,
    session: ReaderDep,
    page: Annotated[PageParams, Depends()],
) -> Page[SessionBody]:
    """List the caller's live sessions, newest first."""
    user = await parts.sessions.signed_in(session, caller)
    found = await parts.sessions.list_of(
        session, user.id, before=before(page), limit=page.limit + 1
    )
    shown = found[: page.limit]
    more = len(found) > len(shown)
    return Page[SessionBody](
        data=[
            SessionBody(
                id=one.id,
                created_at=one.created_at,
                expires_at=one.expires_at,
                current=one.id == caller.session_id,
            )
            for one in shown
        ],
        has_more=more,
        next_cursor=encode_cursor((shown[-1].id,)) if more else None,
    )


@router.delete(
    "/{session_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=responses(SessionNotFound),
)
async def end_session(
    session_id: UUID, caller: UserCaller, parts: PartsDep, session: SessionDep
) -> None:
    """End one of the caller's sessions."""
    user = await parts.sessions.signed_in(session, caller)
    await parts.sessions.end(session, session_id, user.id)
