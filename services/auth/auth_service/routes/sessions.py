"""A user's own sessions."""

from __future__ import annotations

from uuid import UUID

from fastapi import status
from service_kit import ReaderDep, Router, SessionDep, links, responses

from auth_service.errors import SessionNotFound
from auth_service.parts import PartsDep
from auth_service.routes.caller import OF_USERS, UserCaller
from auth_service.schemas import SessionBody, SessionList

router = Router(prefix="/v1/sessions", tags=["sessions"], responses=responses(*OF_USERS))


@router.get("", responses=links(200, end_session={"session_id": "$response.body#/data/0/id"}))
async def list_sessions(caller: UserCaller, parts: PartsDep, session: ReaderDep) -> SessionList:
    """List the caller's live sessions, newest first."""
    user = await parts.sessions.signed_in(session, caller)
    found = await parts.sessions.list_of(session, user.id)
    return SessionList(
        data=[
            SessionBody(
                id=one.id,
                created_at=one.created_at,
                expires_at=one.expires_at,
                current=one.id == caller.session_id,
            )
            for one in found
        ]
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
