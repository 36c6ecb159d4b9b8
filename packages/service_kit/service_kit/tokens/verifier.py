"""The signature and the claims of an access token (RFC 9068, section 4)."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from jose import jws
from jose.exceptions import JOSEError

from service_kit.clock import utc_now
from service_kit.principal import Principal
from service_kit.problems import InvalidToken
from service_kit.tokens.keys import KeySource, is_for_signatures
from service_kit.tokens.segments import read_header

_LEEWAY = 5.0
_EVERYTHING_JOSE_RAISES = (
    JOSEError,
    ValueError,
    TypeError,
    KeyError,
    OverflowError,
    RecursionError,
    AttributeError,
)


_REMEMBERED = 60.0
_MOST_KNOWN = 4096
"""Tokens that were verified, some 2 KB each."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A token that was verified, and until when that need not be done again."""

    principal: Principal
    until: float


class TokenVerifier:
    """Checks tokens and tells whose they are.

    Args:
        issuer: the ``iss`` that counts.
        audience: the name that must be in ``aud``: this service's.
        keys: gives public keys.
        now: seconds since the epoch.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        keys: KeySource,
        *,
        now: Callable[[], float] = lambda: utc_now().timestamp(),
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._now = now
        self._known: dict[str, _Known] = {}

    async def verify(self, token: str) -> Principal:
        """The principal of a valid token.

        What was found valid is remembered for a short time, never beyond its expiry, so that a key
        that counts no more is noticed as soon as in a process that has just fetched the keys.

        Raises:
            InvalidToken: for whatever reason it does not count.
        """
        known = self._known.get(token)
        if known is not None:
            if self._now() < known.until:
                return known.principal
            del self._known[token]
        principal, claims = await self.read(token)
        self._remember(token, principal, _time(claims, "exp"))
        return principal

    async def read(self, token: str) -> tuple[Principal, dict[str, Any]]:
        """The principal of a valid token, and all its claims.

        Raises:
            InvalidToken: for whatever reason it does not count.
        """
        header = read_header(token)
        key = await self._keys.key(header["kid"])
        if key is None or not is_for_signatures(key):
            raise InvalidToken("The access token was signed with a key that does not count.")
        claims = self._claims(token, key)
        return self._principal(claims), claims

    def _remember(self, token: str, principal: Principal, expiry: float) -> None:
        if len(self._known) >= _MOST_KNOWN:
            del self._known[next(iter(self._known))]  # the oldest
        self._known[token] = _Known(principal, min(expiry, self._now() + _REMEMBERED))

    def _claims(self, token: str, key: Mapping[str, Any]) -> dict[str, Any]:
        try:
            payload = jws.verify(token, dict(key), algorithms=["ES256"])
            claims = json.loads(payload, parse_constant=_refuse_constant)
        except _EVERYTHING_JOSE_RAISES as error:
            raise InvalidToken("The access token's signature does not count.") from error
        if not isinstance(claims, dict):
            raise InvalidToken("The access token is malformed.")
        return claims

    def _principal(self, claims: dict[str, Any]) -> Principal:
        self._check_times(claims)
        if claims.get("iss") != self._issuer:
            raise InvalidToken("The access token comes from another issuer.")
        audience = claims.get("aud")
        names = audience if isinstance(audience, list) else [audience]
        if self._audience not in names:
            raise InvalidToken("The access token is for another service.")
        subject, client = _text(claims, "sub"), _text(claims, "client_id")
        _text(claims, "jti")
        scopes = frozenset(_text(claims, "scope", missing="").split())
        if subject == client:
            return Principal("service", subject, client, scopes)
        return Principal(
            "user",
            subject,
            client,
            scopes,
            user_id=_uuid(claims, "sub"),
            session_id=_uuid(claims, "sid"),
        )

    def _check_times(self, claims: dict[str, Any]) -> None:
        now = self._now()
        if _time(claims, "exp") <= now - _LEEWAY:
            raise InvalidToken("The access token has expired.")
        if _time(claims, "iat") > now + _LEEWAY:
            raise InvalidToken("The access token is from the future.")
        if "nbf" in claims and _time(claims, "nbf") > now + _LEEWAY:
            raise InvalidToken("The access token does not count yet.")


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _time(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidToken(f"The access token's {name} is no time.")
    try:
        seconds = float(value)
    except OverflowError as error:
        raise InvalidToken(f"The access token's {name} is no time.") from error
    if not math.isfinite(seconds):
        raise InvalidToken(f"The access token's {name} is no time.")
    return seconds


def _text(claims: dict[str, Any], name: str, *, missing: str | None = None) -> str:
    value = claims.get(name, missing)
    if not isinstance(value, str) or (missing is None and not value):
        raise InvalidToken(f"The access token's {name} is missing.")
    return value


def _uuid(claims: dict[str, Any], name: str) -> UUID:
    try:
        return UUID(_text(claims, name))
    except ValueError as error:
        raise InvalidToken(f"The access token's {name} is no id.") from error
