"""Services get tokens of their own, with the scope that they may have."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

GRANT = {"grant_type": "client_credentials"}
BASIC = ("admin", "a secret of the tests")
POST = {**GRANT, "client_id": "admin", "client_secret": "a secret of the tests"}


async def test_a_secret_in_the_header_or_the_body_gives_a_token(visitor: Any) -> None:
    for reply in (await visitor.token(GRANT, auth=BASIC), await visitor.token(POST)):
        assert reply.status_code == 200
        assert reply.headers["Cache-Control"] == "no-store"
        body = reply.json()
        assert body["scope"] == "more users:admin"
        assert "refresh_token" not in body


async def test_a_client_may_ask_for_less_but_not_for_more(visitor: Any) -> None:
    less = await visitor.token({**GRANT, "scope": "more"}, auth=BASIC)
    assert less.json()["scope"] == "more"
    for scope in ("more everything", "more\tusers:admin", "\n", "more,users:admin"):
        more = await visitor.token({**GRANT, "scope": scope}, auth=BASIC)
        assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("auth", [("admin", "wrong"), ("nobody", "wrong"), ("", ""), None])
async def test_a_wrong_secret_is_an_invalid_client(visitor: Any, auth: Any) -> None:
    reply = await visitor.token(GRANT, auth=auth)
    assert (reply.status_code, reply.json()["error"]) == (401, "invalid_client")
    assert reply.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "invalid_request"),
        (b"grant_type=password", "unsupported_grant_type"),
        (b"grant_type=refresh_token", "invalid_request"),
        (b"grant_type=refresh_token&grant_type=refresh_token", "invalid_request"),
        (b"grant_type=refresh_token&refresh_token=%00", "invalid_request"),
        (b"grant_type=%ff%fe", "invalid_request"),
    ],
)
async def test_bad_requests_are_told_as_the_standard_has_it(
    visitor: Any, content: bytes, error: str
) -> None:
    reply = await visitor.client.post(
        "/oauth/token",
        content=content,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert (reply.status_code, reply.json()["error"]) == (400, error)


async def test_json_is_no_form(visitor: Any) -> None:
    reply = await visitor.client.post("/oauth/token", json=POST)
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_request")


async def test_services_search_users_and_users_do_not(visitor: Any) -> None:
    user = await visitor.member("ada_1@example.com")
    await visitor.register("adax1@example.com")
    service = (await visitor.token(GRANT, auth=BASIC)).json()["access_token"]
    narrow = (await visitor.token({**GRANT, "scope": "more"}, auth=BASIC)).json()["access_token"]

    async def search(token: str, **params: Any) -> Any:
        headers = {**visitor.bearer(token), "Acting-User": str(UUID(int=1))}
        return await visitor.client.get("/v1/users", params=params, headers=headers)

    found = (await search(service, q="ADA_1")).json()
    assert [account["email"] for account in found["data"]] == ["ada_1@example.com"]
    first = (await search(service, limit=1)).json()
    second = (await search(service, limit=1, cursor=first["next_cursor"])).json()
    assert [first["data"][0]["email"], second["data"][0]["email"]] == [
        "adax1@example.com",
        "ada_1@example.com",
    ]
    assert not second["has_more"]
    assert (await search(service, cursor="nonsense")).json()["code"] == "invalid_cursor"
    assert (await search(narrow)).status_code == 403
    assert (await search(user["access_token"])).status_code == 403
    assert (await visitor.me(service)).status_code == 403
    unnamed = await visitor.client.get("/v1/users", headers=visitor.bearer(service))
    assert (unnamed.status_code, unnamed.json()["code"]) == (403, "acting_user_missing")
