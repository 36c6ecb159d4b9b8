"""Setting another password."""

from __future__ import annotations

from fastapi import status
from service_kit import InsufficientScope, InvalidToken, Router, responses

from auth_service.errors import (
    PasswordRefused,
    TokenSpent,
    TooManyAttempts,
    TooManyRequests,
    WrongPassword,
)
from auth_service.parts import PartsDep
from auth_service.routes.caller import UserCaller
from auth_service.routes.origin import OriginDep
from auth_service.schemas import (
    Accepted,
    ChangePasswordRequest,
    ForgotPasswordRequest,
    ResetPasswordRequest,
)

router = Router(prefix="/v1/auth/password", tags=["passwords"])


@router.post("/forgot", status_code=status.HTTP_202_ACCEPTED, responses=responses(TooManyRequests))
async def forgot_password(
    body: ForgotPasswordRequest, parts: PartsDep, origin: OriginDep
) -> Accepted:
    """Ask for a mail with which to reset the password; the reply is the same for every address."""
    await parts.recovery.forgot(body.email, origin)
    return Accepted()


@router.post(
    "/reset",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=responses(TokenSpent, PasswordRefused),
)
async def reset_password(body: ResetPasswordRequest, parts: PartsDep, origin: OriginDep) -> None:
    """Set a new password with the token from the mail; all sessions end."""
    await parts.recovery.reset(body.token, body.password, origin)


@router.post(
    "/change",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=responses(
        InvalidToken, InsufficientScope, WrongPassword, PasswordRefused, TooManyAttempts
    ),
)
async def change_password(
    body: ChangePasswordRequest,
    caller: UserCaller,
    parts: PartsDep,
    origin: OriginDep,
) -> None:
    """Set a new password with the present one; all other sessions end."""
    await parts.recovery.change(caller, body.current_password, body.new_password, origin)
