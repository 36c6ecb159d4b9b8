"""Logging in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response, status
from service_kit import (
    DatabaseDep,
    InsufficientScope,
    InvalidToken,
    Principal,
    SessionDep,
    responses,
    user_only,
)

from auth_service.errors import (
    EmailNotVerified,
    InvalidCredentials,
    Suspended,
    TooManyAttempts,
)
from auth_service.parts import PartsDep
from auth_service.routes.token_replies import forbid_storing, token_reply
from auth_service.schemas import LoginRequest, TokenBody

router = APIRouter(prefix="/v1/auth", tags=["login"])


@router.post(
    "/login",
    responses=responses(InvalidCredentials, EmailNotVerified, Suspended, TooManyAttempts),
)
async def log_in(
    body: LoginRequest,
    request: Request,
    response: Response,
    parts: PartsDep,
    database: DatabaseDep,
) -> TokenBody:
    """Exchange e-mail and password for an access token and a refresh token."""
    address = request.client.host if request.client else "unknown"
    grant = await parts.login.log_in(body.email, body.password, address)
    forbid_storing(response)
    return await token_reply(parts, database, grant)


@router.post(
    "/logout",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=responses(InvalidToken, InsufficientScope),
)
async def log_out(
    caller: Annotated[Principal, Depends(user_only())], parts: PartsDep, session: SessionDep
) -> None:
    """End the session whose token this is."""
    if caller.session_id is not None and caller.user_id is not None:
        await parts.sessions.end(session, caller.session_id, caller.user_id)
