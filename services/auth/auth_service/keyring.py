"""The keys that sign access tokens, and their life: next, active, retiring, retired."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwk
from jose.backends.base import Key
from service_kit import Clock
from shared_db import ConfigurationError, Database
from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.models import SigningKey
from auth_service.models.keys import KeyState

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('auth.signing_keys', 0))"
_ACCEPTED = (KeyState.NEXT, KeyState.ACTIVE, KeyState.RETIRING)
_LONGEST_TOKEN = timedelta(minutes=10)
_VARIABLE = "AUTH_KEY_ENCRYPTION_KEY"


class Keyring:
    """The keys of this service, read from its table and kept for the JWKS cache time.

    Args:
        database: where the table is.
        encryption_key: 32 bytes in URL-safe base64, with or without padding.
        cache_seconds: how long others may keep the published keys.
        clock: gives the time.
    """

    def __init__(
        self, database: Database, encryption_key: str, *, cache_seconds: int, clock: Clock
    ) -> None:
        self._database = database
        self._encryption_key = encryption_key
        self._cache = timedelta(seconds=cache_seconds)
        self._reading = self._cache / 2
        self._published = self._reading + self._cache
        self._clock = clock
        self._keys: list[SigningKey] = []
        self._read_at: datetime | None = None
        self._signer: tuple[str, Key] | None = None
        self._lock = asyncio.Lock()

    async def key(self, kid: str) -> Mapping[str, Any] | None:
        """The public key of that id, as far as it is accepted."""
        found = self._find(await self._current(), kid)
        if found is None:
            found = self._find(await self._current(at_least=timedelta(seconds=2)), kid)
        return found.public_jwk if found else None

    async def published(self) -> list[dict[str, Any]]:
        """The public keys that tokens may be signed with, now or soon."""
        return [key.public_jwk for key in await self._current()]

    async def signer(self) -> tuple[str, Key]:
        """The id and the private key that signs; it is decrypted and read once."""
        for key in await self._current():
            if key.state == KeyState.ACTIVE:
                if self._signer is None or self._signer[0] != key.kid:
                    pem = _decrypt(self._cipher(), key)
                    self._signer = key.kid, jwk.construct(pem, "ES256")
                return self._signer
        raise ConfigurationError("There is no active signing key: run the command rotate-keys.")

    async def ensure(self) -> None:
        """Make the first key; of several processes at once one makes it."""
        self._cipher()
        await self._database.run(self._make_first)

    async def rotate(self) -> str:
        """Take the next step, if it is time: a scheduled job calls this; returns what was done.

        Before the next key signs, every verifier has had to fetch it: other processes of this
        service look into the table each half of the cache time, and verifiers keep what they got
        for the whole of it. The former key is accepted until the last token has expired that any
        process may have signed with it; then its private part is deleted.
        """
        return await self._database.run(self._rotate)

    async def _make_first(self, session: AsyncSession) -> None:
        await (await session.connection()).execute(text(_LOCK))
        active = select(SigningKey).where(col(SigningKey.state) == KeyState.ACTIVE)
        if (await session.exec(active)).first() is None:
            session.add(self._new(KeyState.ACTIVE))

    async def _rotate(self, session: AsyncSession) -> str:
        await (await session.connection()).execute(text(_LOCK))
        keys = {k.state: k for k in (await session.exec(select(SigningKey))).all()}
        now = self._clock()
        retiring = keys.get(KeyState.RETIRING)
        if retiring is not None and now - retiring.changed_at >= self._cache + _LONGEST_TOKEN:
            retiring.state, retiring.changed_at = KeyState.RETIRED, now
            retiring.private_key = b""
            await session.flush()
            retiring = None
        upcoming = keys.get(KeyState.NEXT)
        if upcoming is None:
            session.add(self._new(KeyState.NEXT))
            return (
                "A next key is published; rotate again after "
                f"{self._published.total_seconds():.0f} seconds to sign with it."
            )
        if now - upcoming.changed_at < self._published:
            return "The next key has not been published for long enough yet: rotate later."
        if retiring is not None:
            return "The former key is still retiring: rotate later."
        active = keys.get(KeyState.ACTIVE)
        if active is not None:
            active.state, active.changed_at = KeyState.RETIRING, now
            await session.flush()
        upcoming.state, upcoming.changed_at = KeyState.ACTIVE, now
        return f"The key {upcoming.kid} signs from now on."

    async def _current(self, *, at_least: timedelta | None = None) -> list[SigningKey]:
        age = at_least or self._reading
        now = self._clock()
        async with self._lock:
            if self._read_at is None or now - self._read_at >= age:
                async with self._database.reader() as session:
                    accepted = col(SigningKey.state).in_(_ACCEPTED)
                    found = await session.exec(select(SigningKey).where(accepted))
                    self._keys = list(found.all())
                self._read_at = now
            return self._keys

    def _new(self, state: KeyState) -> SigningKey:
        private = ec.generate_private_key(ec.SECP256R1())
        pem = private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        public = _public_jwk(private)
        now = self._clock()
        return SigningKey(
            kid=public["kid"],
            state=state,
            public_jwk=public,
            private_key=self._cipher().encrypt(pem),
            created_at=now,
            changed_at=now,
        )

    def _cipher(self) -> Fernet:
        given = self._encryption_key
        try:
            return Fernet(given + "=" * (-len(given) % 4))
        except ValueError as error:
            raise ConfigurationError(
                f"{_VARIABLE} must be 32 bytes in URL-safe base64: set it, or start with "
                "`make up`, which makes it."
            ) from error

    @staticmethod
    def _find(keys: list[SigningKey], kid: str) -> SigningKey | None:
        return next((key for key in keys if key.kid == kid), None)


def _public_jwk(private: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    """The public key with its RFC 7638 thumbprint as id."""
    pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    made = jwk.construct(pem, "ES256").to_dict()
    members = {name: made[name] for name in ("crv", "kty", "x", "y")}
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True).encode()
    thumbprint = base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=")
    return {**members, "kid": thumbprint.decode(), "use": "sig", "alg": "ES256"}


def _decrypt(cipher: Fernet, key: SigningKey) -> str:
    try:
        return cipher.decrypt(key.private_key).decode()
    except InvalidToken as error:
        raise ConfigurationError(
            f"{_VARIABLE} is not the one that encrypted the signing keys: set the former one, or "
            "rotate the keys after deleting those that cannot be read."
        ) from error
