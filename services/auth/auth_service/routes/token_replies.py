"""Replies with tokens: never stored by anybody in between."""

from __future__ import annotations

from fastapi import Response

from auth_service.parts import Parts
from auth_service.schemas import TokenBody
from auth_service.sessions import Grant


async def token_reply(parts: Parts, grant: Grant) -> TokenBody:
    """The tokens of a session that has begun or was carried on."""
    return TokenBody(
        access_token=await parts.tokens.for_user(grant.user_id, grant.session_id, grant.scopes),
        expires_in=int(parts.tokens.lifetime.total_seconds()),
        scope=" ".join(grant.scopes),
        refresh_token=grant.refresh_token,
    )


def forbid_storing(response: Response) -> None:
    """RFC 6749, 5.1."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
