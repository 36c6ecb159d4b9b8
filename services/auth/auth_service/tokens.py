"""Access tokens (RFC 9068)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from jose import jwt
from service_kit import Clock, new_id

from auth_service.keyring import Keyring

FIRST_PARTY = "first-party"
"""The ``client_id`` of users' tokens: our own applications."""


@dataclass(frozen=True)
class AccessTokens:
    """Signs access tokens.

    Args:
        keyring: gives the key.
        issuer: the ``iss``.
        audience: the names of all services.
        lifetime: at most ten minutes.
        clock: gives the time.
    """

    keyring: Keyring
    issuer: str
    audience: tuple[str, ...]
    lifetime: timedelta
    clock: Clock

    async def for_user(self, user_id: UUID, session_id: UUID, scopes: Iterable[str]) -> str:
        """A token for a user's session."""
        return await self._sign(
            {
                "sub": str(user_id),
                "client_id": FIRST_PARTY,
                "sid": str(session_id),
                "scope": " ".join(scopes),
            }
        )

    async def for_client(self, client_id: str, scope: str) -> str:
        """A token for a service that acts on its own."""
        return await self._sign({"sub": client_id, "client_id": client_id, "scope": scope})

    async def _sign(self, claims: dict[str, str]) -> str:
        kid, private = await self.keyring.signer()
        now = self.clock()
        times = {"iat": int(now.timestamp()), "exp": int((now + self.lifetime).timestamp())}
        body = {"iss": self.issuer, "aud": list(self.audience), "jti": str(new_id())}
        return jwt.encode(
            {**body, **times, **claims},
            private,
            algorithm="ES256",
            headers={"typ": "at+jwt", "kid": kid},
        )
