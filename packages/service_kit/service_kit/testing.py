"""Fixtures for tests of web services: a running application, and tokens for callers."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx
    from fastapi import FastAPI

Api = Callable[["FastAPI"], AbstractAsyncContextManager["httpx.AsyncClient"]]


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    import httpx  # noqa: PLC0415 - the plugin is loaded in every test run

    app.state.runs_background = False  # a test that is about it drives it, round by round
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        yield client


@pytest.fixture
def api() -> Api:
    """Runs an application and gives a client of it: ``async with api(app) as client``."""
    return _running


class TokenIssuer:
    """Signs access tokens with a key of its own."""

    def __init__(self) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
        from jose import jwk  # noqa: PLC0415

        from service_kit.tokens import LocalKeys  # noqa: PLC0415

        self.private = ec.generate_private_key(ec.SECP256R1())
        public = jwk.construct(self._public_pem(), "ES256").to_dict()
        self.public = {**public, "kid": "test", "use": "sig", "alg": "ES256"}
        self.keys = LocalKeys([self.public])

    def user(self, user_id: Any, scopes: Iterable[str] = (), **claims: Any) -> str:
        """A user's token.

        Args:
            user_id: the ``sub``.
            scopes: what it allows.
            claims: claims to set or, with None, to leave out.
        """
        from service_kit import new_id  # noqa: PLC0415

        given = {"sub": str(user_id), "client_id": "first-party", "sid": str(new_id())}
        return self.sign({**given, "scope": " ".join(scopes), **claims})

    def service(self, name: str, scopes: Iterable[str] = (), **claims: Any) -> str:
        """A service's token; ``name`` is its client id."""
        return self.sign({"sub": name, "client_id": name, "scope": " ".join(scopes), **claims})

    def sign(self, claims: dict[str, Any], **headers: Any) -> str:
        """Sign whatever is asked for, with the claims that tokens need put before it."""
        from jose import jwt  # noqa: PLC0415
        from shared_db import discover  # noqa: PLC0415

        from service_kit import ServiceSettings, new_id  # noqa: PLC0415

        now = int(time.time())
        defaults = {
            "iss": ServiceSettings().issuer,
            "aud": sorted(discover()),
            "iat": now,
            "exp": now + 300,
            "jti": str(new_id()),
        }
        complete = {k: v for k, v in {**defaults, **claims}.items() if v is not None}
        pem = self._pem()
        return jwt.encode(
            complete, pem, algorithm="ES256", headers={"typ": "at+jwt", "kid": "test", **headers}
        )

    def _public_pem(self) -> bytes:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def _pem(self) -> str:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

        return self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()


@pytest.fixture(scope="session")
def token_issuer() -> TokenIssuer:
    """An issuer whose keys go to ``create_app(keys=token_issuer.keys)``."""
    return TokenIssuer()
