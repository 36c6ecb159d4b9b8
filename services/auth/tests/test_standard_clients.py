"""Clients and verifiers that others wrote, over a socket, with no knowledge of this service."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import jwt
import pytest
import uvicorn
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry
from oauthlib.oauth2 import BackendApplicationClient, LegacyApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

CLIENT, SECRET = "admin", "a secret of the tests"


@pytest.fixture
async def server(app: Any, client: httpx.AsyncClient) -> AsyncIterator[str]:
    """The running application at an address of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, lifespan="off", log_config=None)
    serving = uvicorn.Server(config)
    task = asyncio.create_task(serving.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    serving.should_exit = True
    with contextlib.suppress(asyncio.CancelledError):
        await task
    listener.close()


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_authlib_gets_introspects_and_revokes_a_service_s_token(
    server: str, method: str
) -> None:
    async with AsyncOAuth2Client(CLIENT, SECRET, token_endpoint_auth_method=method) as session:
        token = await session.fetch_token(
            f"{server}/oauth/token", grant_type="client_credentials", scope="users:admin"
        )
        assert (token["token_type"], token["scope"]) == ("Bearer", "users:admin")
        access = token["access_token"]
        told = await session.introspect_token(f"{server}/oauth/introspect", access)
        assert (told.json()["active"], told.json()["sub"]) == (True, CLIENT)
        revoked = await session.revoke_token(f"{server}/oauth/revoke", access)
        assert revoked.status_code == 200
        told = await session.introspect_token(f"{server}/oauth/introspect", access)
        assert told.json() == {"active": False}


async def test_authlib_refreshes_and_revokes_a_user_s_tokens(server: str, visitor: Any) -> None:
    tokens = await visitor.member()
    async with AsyncOAuth2Client("first-party", token_endpoint_auth_method="none") as session:
        fresh = await session.refresh_token(f"{server}/oauth/token", tokens["refresh_token"])
        assert fresh["refresh_token"] != tokens["refresh_token"]
        me = await session.get(f"{server}/v1/users/me")
        assert me.json()["email"] == "ada@example.com"
    async with AsyncOAuth2Client(CLIENT, SECRET) as session:
        url = f"{server}/oauth/revoke"
        reply = await session.revoke_token(url, fresh["refresh_token"], "refresh_token")
        assert reply.status_code == 200
    assert (await visitor.refresh(fresh["refresh_token"])).status_code == 400


async def test_authlib_reads_the_metadata(server: str) -> None:
    async with httpx.AsyncClient() as http:
        found = (await http.get(f"{server}/.well-known/oauth-authorization-server")).json()
    metadata = AuthorizationServerMetadata(found)
    for name in (
        "jwks_uri",
        "scopes_supported",
        "grant_types_supported",
        "token_endpoint_auth_methods_supported",
        "revocation_endpoint",
        "revocation_endpoint_auth_methods_supported",
        "introspection_endpoint",
        "introspection_endpoint_auth_methods_supported",
    ):
        if not name.endswith(("_uri", "_endpoint")):  # those have to be https in production
            getattr(metadata, f"validate_{name}")()
        assert found[name]
    assert found["token_endpoint"] == f"{found['issuer']}/oauth/token"


async def test_requests_oauthlib_gets_and_refreshes_tokens(
    server: str, visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    tokens = await visitor.member()

    def service() -> Any:
        with OAuth2Session(client=BackendApplicationClient(CLIENT)) as session:
            return session.fetch_token(
                f"{server}/oauth/token", auth=HTTPBasicAuth(CLIENT, SECRET), scope=["more"]
            )

    def user() -> Any:
        application = LegacyApplicationClient("first-party")
        with OAuth2Session(client=application, token=dict(tokens)) as session:
            fresh = session.refresh_token(f"{server}/oauth/token")
            return fresh, session.get(f"{server}/v1/users/me").json()

    assert (await asyncio.to_thread(service))["scope"] == ["more"]
    fresh, me = await asyncio.to_thread(user)
    assert fresh["refresh_token"] != tokens["refresh_token"]
    assert me["email"] == "ada@example.com"


async def test_requests_oauthlib_s_session_revokes_and_introspects(
    server: str, visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    tokens = await visitor.member()

    def ask(endpoint: str) -> Any:
        application = BackendApplicationClient(CLIENT)
        url, headers, body = application.prepare_token_revocation_request(
            f"{server}/oauth/{endpoint}".replace("http:", "https:"),
            tokens["refresh_token"],
            "refresh_token",
        )
        with OAuth2Session(client=application) as session:
            return session.request(
                "POST",
                url.replace("https:", "http:"),
                data=body,
                headers=headers,
                auth=HTTPBasicAuth(CLIENT, SECRET),
                withhold_token=True,
            )

    assert (await asyncio.to_thread(ask, "introspect")).json()["active"] is True
    assert (await asyncio.to_thread(ask, "revoke")).status_code == 200
    assert (await asyncio.to_thread(ask, "introspect")).json() == {"active": False}


async def test_pyjwt_verifies_our_tokens_with_the_published_keys(
    server: str, visitor: Any, settings: Any
) -> None:
    token = (await visitor.member())["access_token"]
    keys = jwt.PyJWKClient(f"{server}/.well-known/jwks.json")
    key = await asyncio.to_thread(keys.get_signing_key_from_jwt, token)
    claims = jwt.decode(
        token,
        key,
        algorithms=["ES256"],
        audience="payments",
        issuer=settings.issuer,
        options={"require": ["exp", "iat", "sub", "aud", "iss", "jti", "client_id"]},
    )
    assert claims["scope"] == "payments profile"
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"


async def test_joserfc_verifies_our_tokens_with_the_published_keys(
    server: str, visitor: Any, settings: Any
) -> None:
    token = (await visitor.member())["access_token"]
    async with httpx.AsyncClient() as http:
        published = (await http.get(f"{server}/.well-known/jwks.json")).json()
    decoded = joserfc_jwt.decode(token, KeySet.import_key_set(published), algorithms=["ES256"])
    JWTClaimsRegistry(
        iss={"essential": True, "value": settings.issuer},
        aud={"essential": True, "value": "payments"},
        exp={"essential": True},
    ).validate(decoded.claims)
    (key,) = KeySet.import_key_set(published).keys
    assert key.thumbprint() == decoded.header["kid"], "kid is the RFC 7638 thumbprint"
