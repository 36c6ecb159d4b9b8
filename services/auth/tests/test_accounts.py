"""From an address to an active account, without telling which addresses have accounts."""

from __future__ import annotations

from typing import Any

import pytest


async def test_the_journey_from_registering_to_logging_out(visitor: Any) -> None:
    tokens = await visitor.member()
    me = await visitor.me(tokens["access_token"])
    assert me.json()["email"] == "ada@example.com"
    assert me.json()["status"] == "active"
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert (await visitor.client.post("/v1/auth/logout", headers=headers)).status_code == 204
    assert (await visitor.refresh(tokens["refresh_token"])).status_code == 400


async def test_the_event_comes_once_and_names_the_user_by_id_alone(visitor: Any, rows: Any) -> None:
    await visitor.register("ada@example.com")
    await visitor.register("ada@example.com")
    events = await rows("SELECT type, data::text FROM auth.outbox")
    assert [event["type"] for event in events] == ["user.registered"]
    assert "ada" not in events[0]["data"]


async def test_nobody_s_mailbox_is_flooded(visitor: Any, clock: Any) -> None:
    for _ in range(5):
        assert (await visitor.register("ada@example.com")).status_code == 202
    assert len(visitor.mailbox.mails) == 2
    clock.turn(minutes=5)
    await visitor.register("ada@example.com")
    assert len(visitor.mailbox.mails) == 3


async def test_a_verification_counts_once(visitor: Any) -> None:
    await visitor.register("ada@example.com")
    token = visitor.mailbox.token()
    assert (await visitor.verify(token)).status_code == 204
    spent = await visitor.verify(token)
    assert spent.status_code == 400
    assert spent.json()["code"] == "token_spent"


async def test_a_verification_expires(visitor: Any, clock: Any) -> None:
    await visitor.register("ada@example.com")
    clock.turn(hours=25)
    assert (await visitor.verify(visitor.mailbox.token())).status_code == 400


async def test_only_digests_of_tokens_are_kept(visitor: Any, rows: Any) -> None:
    tokens = await visitor.member()
    for table in ("one_time_tokens", "refresh_tokens"):
        for row in await rows(f"SELECT digest FROM auth.{table}"):
            assert len(row["digest"]) == 32
            assert tokens["refresh_token"].encode() not in row["digest"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"email": "nobody", "password": "long enough words"}, "/email"),
        ({"email": "a@b@c.de", "password": "long enough words"}, "/email"),
        ({"email": "ada@example.com", "password": "short"}, "/password"),
        ({"email": "ada@example.com", "password": "x" * 1025}, "/password"),
        ({"email": "ada@example.com"}, "/password"),
        ({"email": "ada@example.com", "password": "long enough words", "role": "admin"}, "/role"),
        ({"email": 7, "password": ["x"]}, "/email"),
        ({"email": "ada\u0000@example.com", "password": "long enough words"}, ""),
    ],
)
async def test_what_does_not_fit_is_pointed_at(
    visitor: Any, body: dict[str, Any], where: str
) -> None:
    reply = await visitor.client.post("/v1/users", json=body)
    assert reply.status_code == 422
    assert any(error["pointer"].startswith(where) for error in reply.json()["errors"])
    assert visitor.mailbox.mails == []


@pytest.mark.parametrize("password", ["password123", "PASSWORD123", "qwertyuiop"])
async def test_the_commonest_passwords_are_refused(visitor: Any, password: str) -> None:
    reply = await visitor.register("ada@example.com", password)
    assert reply.json()["code"] == "password_refused"
