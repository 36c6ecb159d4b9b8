"""Logging in and out."""

from __future__ import annotations

from fastapi import Response, status
from service_kit import Router, SessionDep, links, responses

from auth_service.errors import (
    EmailNotVerified,
    InvalidCredentials,
    Suspended,
    TooManyAttempts,
)
from auth_service.parts import PartsDep
from auth_service.routes.caller import OF_USERS, UserCaller
from auth_service.routes.origin import OriginDep, recognise_next_time
from auth_service.routes.token_replies import forbid_storing, token_reply
from auth_service.schemas import LoginRequest, TokenBody

router = Router(prefix="/v1/auth", tags=["login"])
_LEADS_ON = links(
    200,
    issue_token={
        "body.grant_type": "refresh_token",
        "body.refresh_token": "$response.body#/refresh_token",
    },
)


@router.post(
    "/login",
    responses=responses(InvalidCredentials, EmailNotVerified, Suspended, TooManyAttempts)
    | _LEADS_ON,
)
async def log_in(
    body: LoginRequest, response: Response, parts: PartsDep, origin: OriginDep
) -> TokenBody:
    """Exchange e-mail and password for an access token and a refresh token."""
    grant = await parts.login.log_in(body.email, body.password, origin)
    forbid_storing(response)
    recognise_next_time(response, parts, grant.user_id)
    return await token_reply(parts, grant)


@router.post("/logout", status_code=status.HTTP_204_NO_CONTENT, responses=responses(*OF_USERS))
async def log_out(caller: UserCaller, parts: PartsDep, session: SessionDep) -> None:
    """End the session whose token this is."""
    user = await parts.sessions.signed_in(session, caller)
    if caller.session_id is not None:
        await parts.sessions.end(session, caller.session_id, user.id)
