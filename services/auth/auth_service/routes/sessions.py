"""A user's own sessions."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, status
from service_kit import (
    InsufficientScope,
    InvalidToken,
    Principal,
    ReaderDep,
    SessionDep,
    responses,
    user_only,
)

from auth_service.errors import SessionNotFound
from auth_service.parts import PartsDep
from auth_service.schemas import SessionBody, SessionList

router = APIRouter(
    prefix="/v1/sessions", tags=["sessions"], responses=responses(InvalidToken, InsufficientScope)
)

User = Annotated[Principal, Depends(user_only())]


@router.get("")
async def list_sessions(caller: User, parts: PartsDep, session: ReaderDep) -> SessionList:
    """List the caller's live sessions, newest first."""
    user_id = UUID(caller.subject)
    found = await parts.sessions.list_of(session, user_id)
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
async def end_session(session_id: UUID, caller: User, parts: PartsDep, session: SessionDep) -> None:
    """End one of the caller's sessions."""
    await parts.sessions.end(session, session_id, UUID(caller.subject))
