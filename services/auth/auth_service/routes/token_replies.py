"""Replies with tokens: never stored by anybody in between."""

from __future__ import annotations

from fastapi import Response
from shared_db import Database

from auth_service.parts import Parts
from auth_service.schemas import TokenBody
from auth_service.sessions import Grant
from auth_service.tokens import scopes_of


async def token_reply(parts: Parts, database: Database, grant: Grant) -> TokenBody:
    """The tokens of a session that has begun or was carried on."""
    async with database.reader() as session:
        scopes = await scopes_of(session, grant.user.id)
    return TokenBody(
        access_token=await parts.tokens.for_user(grant.user.id, grant.session_id, scopes),
        expires_in=int(parts.tokens.lifetime.total_seconds()),
        scope=" ".join(scopes),
        refresh_token=grant.refresh_token,
    )


def forbid_storing(response: Response) -> None:
    """RFC 6749, 5.1."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
