"""Telling services about tokens (RFC 7662), and taking tokens back (RFC 7009)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from service_kit import Clock, InvalidToken, Principal, TokenVerifier
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.digests import digest
from auth_service.errors import OAuthError
from auth_service.models import OAuthClient, RefreshToken, RevokedToken, Session, User
from auth_service.models.accounts import UserStatus
from auth_service.scopes import scopes_of
from auth_service.sessions import Sessions
from auth_service.tokens import FIRST_PARTY

INACTIVE: dict[str, Any] = {"active": False}
"""The whole answer about any token that does not count: why is not told (RFC 7662, 2.2)."""

_TOLD = ("scope", "client_id", "exp", "iat", "sub", "aud", "iss", "jti", "sid")


@dataclass(frozen=True)
class Introspection:
    """What this server knows of a token, whose kind shows: access tokens have dots.

    Args:
        verifier: checks access tokens.
        sessions: tells whether a user's session lives.
        issuer: the ``iss``.
        clock: gives the time.
    """

    verifier: TokenVerifier
    sessions: Sessions
    issuer: str
    clock: Clock

    async def tell(self, session: AsyncSession, token: str) -> dict[str, Any]:
        """The members of the answer about a token (RFC 7662, 2.2)."""
        if "." not in token:
            return await self._tell_refresh_token(session, token)
        try:
            principal, claims = await self.verifier.read(token)
            await self._insist_on_life(session, principal, claims)
        except InvalidToken:
            return INACTIVE
        told = {name: claims[name] for name in _TOLD if name in claims}
        return {"active": True, "token_type": "Bearer", **told}

    async def revoke(self, session: AsyncSession, token: str, client: OAuthClient) -> None:
        """Take a token back; one that does not count is no error (RFC 7009, 2.2).

        A user's token of either kind ends its session, and with it all its tokens. A service's
        access token is not accepted by introspection any more; services that check signatures
        alone accept it until it expires, ten minutes at most.

        Raises:
            OAuthError: ``invalid_grant``: a service's token that another service holds.
        """
        if "." not in token:
            found = await session.exec(
                select(RefreshToken.session_id).where(col(RefreshToken.digest) == digest(token))
            )
            session_id = found.first()
        else:
            try:
                principal, claims = await self.verifier.read(token)
            except InvalidToken:
                return
            if principal.kind == "service":
                await self._revoke_of_service(session, principal, claims, client)
            session_id = principal.session_id
        begun = await session.get(Session, session_id, with_for_update=True) if session_id else None
        if begun is not None:
            begun.revoked_at = begun.revoked_at or self.clock()

    async def _insist_on_life(
        self, session: AsyncSession, principal: Principal, claims: dict[str, Any]
    ) -> None:
        if principal.kind == "user":
            await self.sessions.signed_in(session, principal)
            return
        client = await session.get(OAuthClient, principal.client_id)
        if client is None or await session.get(RevokedToken, claims["jti"]) is not None:
            raise InvalidToken

    async def _revoke_of_service(
        self,
        session: AsyncSession,
        principal: Principal,
        claims: dict[str, Any],
        client: OAuthClient,
    ) -> None:
        if principal.client_id != client.id:
            raise OAuthError("invalid_grant", "The token was issued to another client.")
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
        row = insert(RevokedToken).values(jti=claims["jti"], expires_at=expires_at)
        await session.exec(row.on_conflict_do_nothing())

    async def _tell_refresh_token(self, session: AsyncSession, token: str) -> dict[str, Any]:
        now = self.clock()
        found = await session.exec(
            select(RefreshToken, Session)
            .join(Session, col(Session.id) == col(RefreshToken.session_id))
            .join(User, col(User.id) == col(Session.user_id))
            .where(
                col(RefreshToken.digest) == digest(token),
                col(RefreshToken.used_at).is_(None),
                col(RefreshToken.expires_at) > now,
                col(Session.revoked_at).is_(None),
                col(User.status) == UserStatus.ACTIVE,
            )
        )
        row = found.first()
        if row is None:
            return INACTIVE
        kept, begun = row
        return {
            "active": True,
            "scope": " ".join(await scopes_of(session, begun.user_id)),
            "client_id": FIRST_PARTY,
            "sub": str(begun.user_id),
            "sid": str(begun.id),
            "iss": self.issuer,
            "iat": int(kept.created_at.timestamp()),
            "exp": int(min(kept.expires_at, begun.expires_at).timestamp()),
        }
