"""Registering and verifying."""

from __future__ import annotations

from fastapi import BackgroundTasks, status
from service_kit import Router, SessionDep, responses

from auth_service.errors import PasswordRefused, TokenSpent
from auth_service.parts import PartsDep
from auth_service.schemas import Accepted, RegisterRequest, VerifyEmailRequest

router = Router(prefix="/v1", tags=["accounts"])


@router.post("/users", status_code=status.HTTP_202_ACCEPTED, responses=responses(PasswordRefused))
async def register_user(
    body: RegisterRequest, parts: PartsDep, afterwards: BackgroundTasks
) -> Accepted:
    """Ask for an account; the reply does not tell whether the address has one."""
    mail = await parts.registration.register(body.email, body.password)
    if mail is not None:
        afterwards.add_task(parts.mailer.send, mail)
    return Accepted()


@router.post(
    "/auth/email/verify",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=responses(TokenSpent),
)
async def verify_email(body: VerifyEmailRequest, parts: PartsDep, session: SessionDep) -> None:
    """Show that the mail arrived."""
    await parts.registration.verify(session, body.token)
