"""Registrations and forgotten passwords: so many from one network, whichever process is asked."""

from __future__ import annotations

from typing import Any

import pytest
from auth_service.app import create_app
from auth_service.settings import Settings

FORGOT = "/v1/auth/password/forgot"
LIMIT = 4


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"auth_address_requests": LIMIT})


async def ask(visitor: Any, n: int, client: Any = None) -> Any:
    client, email = client or visitor.client, f"ada{n}@example.com"
    if n % 2:
        return await client.post(FORGOT, json={"email": email})
    body = {"email": email, "password": "a long enough phrase"}
    return await client.post("/v1/users", json=body)


async def test_one_network_gets_so_many_and_then_waits(
    visitor: Any, app: Any, api: Any, settings: Settings, clock: Any, mailbox: Any
) -> None:
    hasher = app.state.parts.login.hasher
    other = create_app(settings, mailer=mailbox, clock=clock)
    async with api(other) as elsewhere:
        for n in range(LIMIT):
            client = elsewhere if n > 1 else visitor.client
            assert (await ask(visitor, n, client)).status_code == 202
        before = hasher.hashes
        for n in (LIMIT, LIMIT + 1):
            reply = await ask(visitor, n)
            assert (reply.status_code, reply.json()["code"]) == (429, "too_many_requests")
            assert (await ask(visitor, n, elsewhere)).status_code == 429
    assert hasher.hashes == before, "what is refused costs no hash"
    clock.turn(seconds=int(reply.headers["Retry-After"]))
    assert (await ask(visitor, LIMIT)).status_code == 202


async def test_others_are_not_kept_waiting(visitor: Any) -> None:
    for n in range(LIMIT + 1):
        await ask(visitor, n)
    async with visitor.elsewhere("192.0.2.1") as stranger:
        assert (await ask(stranger, LIMIT)).status_code == 202


async def test_a_limit_tells_nothing_about_an_address(visitor: Any) -> None:
    await visitor.register("ada@example.com")
    for n in range(LIMIT):
        await ask(visitor, n)
    replies = [
        await visitor.client.post(FORGOT, json={"email": email})
        for email in ("ada@example.com", "eve@example.com")
    ]
    assert {reply.status_code for reply in replies} == {429}
    assert replies[0].content == replies[1].content
