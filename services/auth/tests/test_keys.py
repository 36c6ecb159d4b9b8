"""Signing keys: published before they sign, accepted after, encrypted at rest."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from auth_service.app import create_app
from auth_service.settings import Settings
from jose import jwt
from pydantic import SecretStr
from shared_db import ConfigurationError


async def published(visitor: Any) -> list[str]:
    reply = await visitor.client.get("/.well-known/jwks.json")
    assert reply.headers["Cache-Control"] == "public, max-age=300"
    return [key["kid"] for key in reply.json()["keys"]]


async def test_a_stranger_can_verify_a_token_with_the_published_keys(
    visitor: Any, settings: Settings, clock: Any
) -> None:
    tokens = await visitor.member()
    metadata = (await visitor.client.get("/.well-known/oauth-authorization-server")).json()
    assert metadata["issuer"] == settings.issuer
    (key,) = (await visitor.client.get("/.well-known/jwks.json")).json()["keys"]
    assert "d" not in key
    claims = jwt.decode(
        tokens["access_token"], key, algorithms=["ES256"], audience="auth", issuer=settings.issuer
    )
    assert jwt.get_unverified_header(tokens["access_token"])["typ"] == "at+jwt"
    assert claims["exp"] - claims["iat"] == tokens["expires_in"] == 600
    assert claims["client_id"] == "first-party"
    assert claims["scope"] == "payments profile"


async def test_a_key_is_published_before_it_signs_and_accepted_after(
    visitor: Any, app: Any, clock: Any
) -> None:
    tokens = await visitor.member()
    keyring = app.state.parts.keyring
    (first,) = await published(visitor)
    await keyring.rotate()
    assert "rotate later" in await keyring.rotate()
    clock.turn(seconds=449)
    assert "rotate later" in await keyring.rotate()
    clock.turn(seconds=1)
    assert len(await published(visitor)) == 2
    assert "signs from now on" in await keyring.rotate()
    clock.turn(seconds=151)
    again = (await visitor.login("ada@example.com")).json()["access_token"]
    assert jwt.get_unverified_header(again)["kid"] != first
    assert first in await published(visitor)
    assert (await visitor.me(tokens["access_token"])).status_code == 200


async def test_a_retired_key_is_not_accepted_any_more(
    visitor: Any, app: Any, clock: Any, settings: Settings, rows: Any
) -> None:
    keyring = app.state.parts.keyring
    (first,) = await published(visitor)
    await keyring.rotate()
    clock.turn(seconds=451)
    await keyring.rotate()
    clock.turn(seconds=901)
    await keyring.rotate()
    clock.turn(seconds=301)
    assert first not in await published(visitor)
    assert await keyring.key(first) is None
    (kept,) = await rows("SELECT state, private_key FROM auth.signing_keys WHERE kid = $1", first)
    assert tuple(kept) == ("retired", b"")


async def test_two_processes_that_start_at_once_make_one_key(
    settings: Settings, mailbox: Any, rows: Any, client: Any
) -> None:
    await rows("DELETE FROM auth.signing_keys")
    apps = [create_app(settings, mailer=mailbox) for _ in range(4)]

    async def start(app: Any) -> None:
        async with app.router.lifespan_context(app):
            pass

    await asyncio.gather(*(start(app) for app in apps))
    assert len(await rows("SELECT kid FROM auth.signing_keys")) == 1


async def test_processes_accept_each_other_s_tokens_throughout_a_rotation(
    visitor: Any, settings: Settings, mailbox: Any, api: Any, clock: Any
) -> None:
    """Every token is accepted by another process and by a verifier that caches keys for long."""
    await visitor.member()
    second = create_app(settings, mailer=mailbox, clock=clock)
    signed_by, published_then = set(), await visitor.client.get("/.well-known/jwks.json")
    async with api(second) as client:
        other = type(visitor)(client, mailbox)
        for step in range(24):
            if step % 3 == 0:
                await (second if step % 2 else visitor_app(visitor)).state.parts.keyring.rotate()
            for one, another in ((visitor, other), (other, visitor)):
                token = (await one.login("ada@example.com")).json()["access_token"]
                assert (await another.me(token)).status_code == 200
                kid = jwt.get_unverified_header(token)["kid"]
                signed_by.add(kid)
                assert kid in {key["kid"] for key in published_then.json()["keys"]}, step
            if step % 2 == 0:  # every 300 s, the cache time
                published_then = await other.client.get("/.well-known/jwks.json")
            clock.turn(seconds=150)
    assert len(signed_by) >= 3


def visitor_app(visitor: Any) -> Any:
    return visitor.client._transport.app


async def test_the_private_key_cannot_be_read_from_the_table(client: Any, rows: Any) -> None:
    (row,) = await rows("SELECT private_key, public_jwk::text FROM auth.signing_keys")
    assert b"PRIVATE" not in row["private_key"]
    assert "d" not in json.loads(row["public_jwk"])


@pytest.mark.parametrize("key", ["", "short", "not base64 at all!!"])
async def test_an_unusable_encryption_key_is_named(
    settings: Settings, mailbox: Any, key: str
) -> None:
    unusable = settings.model_copy(update={"auth_key_encryption_key": SecretStr(key)})
    app = create_app(unusable, mailer=mailbox)
    with pytest.raises(ConfigurationError, match="AUTH_KEY_ENCRYPTION_KEY"):
        async with app.router.lifespan_context(app):
            pass


@pytest.mark.parametrize(
    "forge",
    [
        lambda issuer, user: issuer.user(user),
        lambda issuer, user: issuer.sign({"sub": str(user)}, alg="none"),
        lambda _issuer, _user: "a.b.c",
        lambda _issuer, _user: "." * 3000,
    ],
)
async def test_a_token_that_we_did_not_sign_is_refused(
    visitor: Any, token_issuer: Any, forge: Any
) -> None:
    tokens = await visitor.member()
    user = (await visitor.me(tokens["access_token"])).json()["id"]
    refused = await visitor.client.get(
        "/v1/users/me", headers=visitor.bearer(forge(token_issuer, user))
    )
    assert refused.status_code == 401
    refresh_as_access = await visitor.me(tokens["refresh_token"])
    assert refresh_as_access.status_code == 401
