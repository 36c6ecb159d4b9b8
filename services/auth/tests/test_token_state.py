"""Revoking (RFC 7009) and introspecting (RFC 7662) tokens."""

from __future__ import annotations

from typing import Any

import pytest

ADMIN = ("admin", "a secret of the tests")
PARCELS = ("parcels", "a secret of the tests, another")
GRANT = {"grant_type": "client_credentials"}
NOBODY: Any = None


async def introspect(visitor: Any, token: str, auth: Any = ADMIN, **form: str) -> Any:
    return await visitor.client.post("/oauth/introspect", data={"token": token, **form}, auth=auth)


async def revoke(visitor: Any, token: str, auth: Any = ADMIN, **form: str) -> Any:
    return await visitor.client.post("/oauth/revoke", data={"token": token, **form}, auth=auth)


async def active(visitor: Any, token: str) -> bool:
    return bool((await introspect(visitor, token)).json()["active"])


async def test_a_user_s_tokens_are_described(visitor: Any, settings: Any) -> None:
    tokens = await visitor.member()
    user = (await visitor.me(tokens["access_token"])).json()["id"]
    reply = await introspect(visitor, tokens["access_token"])
    assert reply.headers["Cache-Control"] == "no-store"
    access = reply.json()
    assert access["active"] is True
    assert (access["token_type"], access["sub"]) == ("Bearer", user)
    assert (access["client_id"], access["scope"]) == ("first-party", "payments profile")
    assert (access["iss"], access["exp"] - access["iat"]) == (settings.issuer, 600)
    refresh = (await introspect(visitor, tokens["refresh_token"])).json()
    assert (refresh["active"], refresh["sub"], refresh["sid"]) == (True, user, access["sid"])
    assert "token_type" not in refresh


async def test_a_service_s_token_is_described(visitor: Any) -> None:
    token = (await visitor.token(GRANT, auth=ADMIN)).json()["access_token"]
    told = (await introspect(visitor, token, PARCELS)).json()
    assert (told["active"], told["sub"], told["client_id"]) == (True, "admin", "admin")


@pytest.mark.parametrize(
    "token", ["unknown", "a.b.c", "é" * 50, "." * 3000, "x" * 4096, "\ud7ff", "null"]
)
async def test_of_what_does_not_count_nothing_is_told(visitor: Any, token: str) -> None:
    assert (await introspect(visitor, token)).json() == {"active": False}
    assert (await revoke(visitor, token)).status_code == 200


async def test_a_used_or_expired_token_does_not_count(visitor: Any, clock: Any) -> None:
    tokens = await visitor.member()
    await visitor.refresh(tokens["refresh_token"])
    assert not await active(visitor, tokens["refresh_token"])
    clock.turn(seconds=606)
    assert not await active(visitor, tokens["access_token"])


@pytest.mark.parametrize("how", ["logout", "suspend", "sessions/revoke", "erase"])
async def test_introspection_tells_the_end_of_a_session_at_once(visitor: Any, how: str) -> None:
    tokens = await visitor.member()
    user = (await visitor.me(tokens["access_token"])).json()["id"]
    if how == "logout":
        headers = visitor.bearer(tokens["access_token"])
        await visitor.client.post("/v1/auth/logout", headers=headers)
    else:
        await visitor.administer(user, how)
    for kind in ("access_token", "refresh_token"):
        assert not await active(visitor, tokens[kind])


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@pytest.mark.parametrize("hint", ["", "access_token", "refresh_token", "something"])
async def test_either_token_of_a_user_ends_the_session(visitor: Any, kind: str, hint: str) -> None:
    tokens = await visitor.member()
    for _ in range(2):
        reply = await revoke(visitor, tokens[kind], token_type_hint=hint)
        assert (reply.status_code, reply.content) == (200, b"")
    assert (await visitor.refresh(tokens["refresh_token"])).status_code == 400
    assert not await active(visitor, tokens["access_token"])


async def test_a_used_refresh_token_still_ends_its_session(visitor: Any) -> None:
    first = await visitor.member()
    second = (await visitor.refresh(first["refresh_token"])).json()
    await revoke(visitor, first["refresh_token"])
    assert (await visitor.refresh(second["refresh_token"])).status_code == 400


async def test_a_service_revokes_its_own_token_alone(visitor: Any) -> None:
    token = (await visitor.token(GRANT, auth=ADMIN)).json()["access_token"]
    refused = await revoke(visitor, token, PARCELS)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert await active(visitor, token)
    assert (await revoke(visitor, token)).status_code == 200
    assert not await active(visitor, token)


@pytest.mark.parametrize("path", ["/oauth/introspect", "/oauth/revoke"])
@pytest.mark.parametrize("auth", [NOBODY, ("admin", "wrong"), ("nobody", "wrong"), ("", "")])
async def test_without_a_client_s_secret_nothing_is_told(
    visitor: Any, path: str, auth: Any
) -> None:
    tokens = await visitor.member()
    form = {"token": tokens["refresh_token"], "client_id": "first-party"}
    if auth is not NOBODY:
        del form["client_id"]
    reply = await visitor.client.post(path, data=form, auth=auth)
    assert (reply.status_code, reply.json()["error"]) == (401, "invalid_client")
    assert reply.headers["WWW-Authenticate"].startswith("Basic")
    bearer = visitor.bearer(tokens["access_token"])
    assert (await visitor.client.post(path, data=form, headers=bearer)).status_code == 401
    assert await active(visitor, tokens["refresh_token"])


@pytest.mark.parametrize("path", ["/oauth/introspect", "/oauth/revoke"])
async def test_a_form_with_one_token_and_one_authentication_is_needed(
    visitor: Any, path: str
) -> None:
    secret = {"client_id": ADMIN[0], "client_secret": ADMIN[1]}
    post, missing = visitor.client.post, "invalid_request"
    assert (await post(path, data={**secret, "token": "unknown"})).status_code == 200
    for reply in (
        await post(path, auth=ADMIN),
        await post(path, data={"token": ""}, auth=ADMIN),
        await post(path, json={"token": "unknown"}, auth=ADMIN),
        await post(path, data={**secret, "token": "unknown"}, auth=ADMIN),
        await post(path, data={"token": "unknown", "client_id": "parcels"}, auth=ADMIN),
        await post(path, data={"token": ["a", "b"]}, auth=ADMIN),
    ):
        assert (reply.status_code, reply.json()["error"]) == (400, missing)
    assert (await visitor.client.get(path)).status_code == 405
