"""What administrators do to accounts, through a service that names them."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

ADA = "ada@example.com"
ACTS = ["suspend", "reinstate", "erase", "sessions/revoke", "password-reset"]


async def id_of(visitor: Any, tokens: dict[str, Any]) -> str:
    return str((await visitor.me(tokens["access_token"])).json()["id"])


async def events(rows: Any) -> list[str]:
    return [row["type"] for row in await rows("SELECT type FROM auth.outbox ORDER BY id")]


async def test_a_suspension_ends_sessions_and_is_told_once(visitor: Any, rows: Any) -> None:
    tokens = await visitor.member()
    user = await id_of(visitor, tokens)
    for _ in range(2):
        reply = await visitor.administer(user, "suspend")
        assert (reply.status_code, reply.json()["status"]) == (200, "suspended")
    assert (await visitor.me(tokens["access_token"])).status_code == 401
    assert (await visitor.refresh(tokens["refresh_token"])).status_code == 400
    assert (await visitor.login(ADA)).json()["code"] == "suspended"
    assert await events(rows) == ["user.registered", "user.suspended"]


async def test_a_reinstated_user_logs_in_again(visitor: Any, rows: Any) -> None:
    tokens = await visitor.member()
    user = await id_of(visitor, tokens)
    await visitor.administer(user, "suspend")
    for _ in range(2):
        assert (await visitor.administer(user, "reinstate")).json()["status"] == "active"
    assert (await visitor.refresh(tokens["refresh_token"])).status_code == 400
    assert (await visitor.login(ADA)).status_code == 200
    assert await events(rows) == ["user.registered", "user.suspended", "user.reinstated"]


async def test_a_suspension_verifies_no_address(visitor: Any, rows: Any) -> None:
    await visitor.register(ADA)
    (row,) = await rows("SELECT id::text FROM auth.users")
    await visitor.administer(row["id"], "suspend")
    assert (await visitor.verify(visitor.mailbox.token())).status_code == 204
    assert (await visitor.administer(row["id"], "reinstate")).json()["status"] == "pending"


async def test_an_erasure_leaves_the_id_and_nothing_of_the_person(visitor: Any, rows: Any) -> None:
    tokens = await visitor.member()
    user = await id_of(visitor, tokens)
    for _ in range(2):
        assert (await visitor.administer(user, "erase")).status_code == 202
    (row,) = await rows("SELECT id::text, email, password_hash, status FROM auth.users")
    assert tuple(row) == (user, f"erased-{user}@erased.invalid", "!", "erased")
    for table in ("one_time_tokens", "refresh_tokens", "familiar_sources", "user_roles"):
        assert await rows(f"SELECT 1 FROM auth.{table}") == [], table
    assert (await visitor.me(tokens["access_token"])).status_code == 401
    assert (await visitor.login(ADA)).status_code == 401
    assert (await visitor.login(f"erased-{user}@example.com", "!")).status_code == 401
    assert await events(rows) == ["user.registered", "user.erased"]
    for what in ("suspend", "reinstate", "sessions/revoke", "password-reset"):
        assert (await visitor.administer(user, what)).json()["code"] == "user_not_found", what


async def test_an_erased_address_can_register_anew(visitor: Any) -> None:
    user = await id_of(visitor, await visitor.member())
    await visitor.administer(user, "erase")
    assert await id_of(visitor, await visitor.member()) != user


async def test_all_sessions_end_at_once_when_an_administrator_says_so(visitor: Any) -> None:
    tokens = await visitor.member()
    other = (await visitor.login(ADA)).json()
    user = await id_of(visitor, tokens)
    assert (await visitor.administer(user, "sessions/revoke")).status_code == 204
    for each in (tokens, other):
        assert (await visitor.me(each["access_token"])).status_code == 401
        assert (await visitor.refresh(each["refresh_token"])).status_code == 400
    assert (await visitor.login(ADA)).status_code == 200


async def test_an_administrator_has_a_reset_sent_to_the_owner_alone(visitor: Any) -> None:
    user = await id_of(visitor, await visitor.member())
    reply = await visitor.administer(user, "password-reset")
    assert reply.status_code == 202
    assert visitor.mailbox.mails[-1].to == ADA
    assert visitor.mailbox.token() not in reply.text
    body = {"token": visitor.mailbox.token(), "password": "another long phrase"}
    done = await visitor.client.post("/v1/auth/password/reset", json=body)
    assert done.status_code == 204


@pytest.mark.parametrize("what", ACTS)
async def test_an_unknown_user_is_not_found(visitor: Any, what: str) -> None:
    assert (await visitor.administer(str(uuid4()), what)).status_code == 404
    assert (await visitor.administer("me", what)).status_code in {404, 422}


@pytest.mark.parametrize("what", ACTS)
async def test_who_acts_has_to_be_named(visitor: Any, what: str) -> None:
    user = await id_of(visitor, await visitor.member())
    headers = await visitor.service()
    path = f"/v1/users/{user}/{what}"
    unnamed = {"Authorization": headers["Authorization"]}
    reply = await visitor.client.post(path, headers=unnamed)
    assert (reply.status_code, reply.json()["code"]) == (403, "acting_user_missing")
    nonsense = await visitor.client.post(path, headers={**unnamed, "Acting-User": "me"})
    assert nonsense.status_code in {401, 422}
    narrow = {**await visitor.service("more"), "Acting-User": str(UUID(int=1))}
    assert (await visitor.client.post(path, headers=narrow)).status_code == 403


async def test_a_suspension_beside_refreshes_and_logins_leaves_no_session(
    visitor: Any, rows: Any
) -> None:
    tokens = await visitor.member()
    user = await id_of(visitor, tokens)
    await asyncio.gather(
        *(visitor.login(ADA) for _ in range(4)),
        *(visitor.refresh(tokens["refresh_token"]) for _ in range(4)),
        visitor.administer(user, "suspend"),
        *(visitor.login(ADA) for _ in range(4)),
    )
    assert await rows("SELECT 1 FROM auth.sessions WHERE revoked_at IS NULL") == []


async def test_fifty_suspensions_at_once_are_one(visitor: Any, rows: Any) -> None:
    user = await id_of(visitor, await visitor.member())
    headers = await visitor.service()
    replies = await asyncio.gather(
        *(visitor.client.post(f"/v1/users/{user}/suspend", headers=headers) for _ in range(50))
    )
    assert {reply.status_code for reply in replies} == {200}
    assert await events(rows) == ["user.registered", "user.suspended"]
