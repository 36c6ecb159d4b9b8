"""What administrators do to accounts, through a service that names them."""

from __future__ import annotations

from uuid import UUID

import structlog
from fastapi import status
from service_kit import Principal, Router, SessionDep, responses

from auth_service import accounts
from auth_service.errors import UserNotFound
from auth_service.parts import PartsDep
from auth_service.routes.caller import OF_ADMINISTRATION, Administration
from auth_service.schemas import Accepted, UserBody

router = Router(
    prefix="/v1/users/{user_id}",
    tags=["administration"],
    responses=responses(*OF_ADMINISTRATION, UserNotFound),
)

_log = structlog.get_logger(__name__)


@router.post("/suspend")
async def suspend_user(
    user_id: UUID, caller: Administration, parts: PartsDep, session: SessionDep
) -> UserBody:
    """Suspend an account: its sessions end, and it cannot log in until it is reinstated."""
    user = await accounts.suspend(session, user_id, parts.sessions, parts.clock())
    _tell("suspended", user_id, caller)
    return UserBody.of(user)


@router.post("/reinstate")
async def reinstate_user(
    user_id: UUID, caller: Administration, parts: PartsDep, session: SessionDep
) -> UserBody:
    """Take a suspension back."""
    user = await accounts.reinstate(session, user_id, parts.clock())
    _tell("reinstated", user_id, caller)
    return UserBody.of(user)


@router.post("/erase", status_code=status.HTTP_202_ACCEPTED)
async def erase_user(
    user_id: UUID, caller: Administration, parts: PartsDep, session: SessionDep
) -> Accepted:
    """Erase an account here at once; the other services follow by the event."""
    await accounts.erase(session, user_id, parts.sessions, parts.clock())
    _tell("erased", user_id, caller)
    return Accepted(message="The account is erased; the other services follow.")


@router.post("/sessions/revoke", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_user_sessions(
    user_id: UUID, caller: Administration, parts: PartsDep, session: SessionDep
) -> None:
    """End all sessions of an account."""
    await accounts.present(session, user_id)
    await parts.sessions.end_all(session, user_id)
    _tell("sessions_revoked", user_id, caller)


@router.post("/password-reset", status_code=status.HTTP_202_ACCEPTED)
async def send_password_reset(
    user_id: UUID, caller: Administration, parts: PartsDep, session: SessionDep
) -> Accepted:
    """Mail the owner of an account a token with which to set another password."""
    await parts.recovery.invite(session, user_id)
    _tell("password_reset_sent", user_id, caller)
    return Accepted(message="A mail is on its way to the owner of the account.")


def _tell(what: str, user_id: UUID, caller: Principal) -> None:
    _log.info(
        f"user_{what}",
        user_id=str(user_id),
        client_id=caller.client_id,
        acting_user=str(caller.acting_user),
    )
