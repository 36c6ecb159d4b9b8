"""Registering and verifying."""

from __future__ import annotations

from fastapi import status
from service_kit import Router, SessionDep, responses

from auth_service.errors import PasswordRefused, TokenSpent, TooManyRequests
from auth_service.parts import PartsDep
from auth_service.routes.origin import OriginDep
from auth_service.schemas import Accepted, RegisterRequest, VerifyEmailRequest

router = Router(prefix="/v1", tags=["accounts"])


@router.post(
    "/users",
    status_code=status.HTTP_202_ACCEPTED,
    responses=responses(PasswordRefused, TooManyRequests),
)
async def register_user(body: RegisterRequest, parts: PartsDep, origin: OriginDep) -> Accepted:
    """Ask for an account; the reply does not tell whether the address has one."""
    await parts.registration.register(body.email, body.password, origin)
    return Accepted()


@router.post(
    "/auth/email/verify",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=responses(TokenSpent),
)
async def verify_email(body: VerifyEmailRequest, parts: PartsDep, session: SessionDep) -> None:
    """Show that the mail arrived."""
    await parts.registration.verify(session, body.token)
