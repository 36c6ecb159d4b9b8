"""Whether an address has an account shows in no reply: not in its body, status or work."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from passlib.hash import bcrypt

ADA, EVE, ZOE = "ada@example.com", "eve@example.com", "zoe@example.com"


@pytest.fixture(autouse=True)
def cost_of_hashing() -> None:
    """What it costs users."""


def same(first: httpx.Response, second: httpx.Response) -> bool:
    def shown(reply: httpx.Response) -> tuple[Any, ...]:
        headers = {k: v for k, v in reply.headers.items() if k != "x-request-id"}
        return reply.status_code, reply.content, headers

    return shown(first) == shown(second)


async def test_a_wrong_password_and_an_unknown_address_look_alike(visitor: Any, app: Any) -> None:
    await visitor.member(ADA)
    hasher = app.state.parts.login.hasher
    before = hasher.verifications, hasher.hashes
    wrong = await visitor.login(ADA, "another password")
    unknown = await visitor.login(EVE, "another password")
    assert (hasher.verifications - before[0], hasher.hashes - before[1]) == (2, 0)
    assert same(wrong, unknown)
    assert wrong.status_code == 401


@pytest.mark.parametrize("kept", ["argon2", "bcrypt", "erased"])
async def test_each_login_costs_one_verification_whatever_hash_is_kept(
    visitor: Any, app: Any, rows: Any, kept: str
) -> None:
    await visitor.member(EVE)
    if kept != "argon2":
        hashed = bcrypt.using(rounds=4).hash("an older password") if kept == "bcrypt" else "!"
        await rows("UPDATE auth.users SET password_hash = $1", hashed)
    hasher = app.state.parts.login.hasher
    for email in (ADA, EVE, ZOE):
        before = hasher.verifications, hasher.hashes
        assert (await visitor.login(email, "another password")).status_code == 401
        assert (hasher.verifications - before[0], hasher.hashes - before[1]) == (1, 0), email


async def test_an_unknown_address_costs_the_kind_of_hash_that_its_neighbour_has(
    visitor: Any, app: Any, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitor.member(EVE)
    old = bcrypt.using(rounds=4).hash("an older password")
    await rows("UPDATE auth.users SET password_hash = $1", old)
    hasher, verified = app.state.parts.login.hasher, []
    verify = hasher.verify

    async def recorded(password: str, kept: str | None) -> bool:
        verified.append(kept)
        return bool(await verify(password, kept))

    monkeypatch.setattr(hasher, "verify", recorded)
    for email in (ADA, EVE):
        assert (await visitor.login(email, "another password")).status_code == 401
    assert verified == [old, old]
    assert (await visitor.login(ADA, "an older password")).status_code == 401


async def test_registering_tells_nothing_about_an_address(visitor: Any, app: Any) -> None:
    hasher = app.state.parts.login.hasher
    before = hasher.hashes
    known = await visitor.register(ADA)
    again = await visitor.register("ADA@example.com")
    assert same(known, again)
    assert hasher.hashes - before == 2
    assert [mail.subject for mail in visitor.mailbox.mails] == [
        "Verify your e-mail address",
        "You have an account already",
    ]


async def test_forgetting_tells_nothing_about_an_address(visitor: Any, app: Any) -> None:
    await visitor.member(ADA)
    hasher = app.state.parts.login.hasher
    before = hasher.hashes, hasher.verifications
    replies = [
        await visitor.client.post("/v1/auth/password/forgot", json={"email": email})
        for email in (ADA, EVE)
    ]
    assert same(*replies)
    assert replies[0].status_code == 202
    assert (hasher.hashes, hasher.verifications) == before
    assert [m.to for m in visitor.mailbox.mails if m.subject == "Reset your password"] == [ADA]


async def test_the_state_of_an_account_is_told_after_the_right_password_alone(
    visitor: Any,
) -> None:
    await visitor.register(ADA)
    assert (await visitor.login(ADA, "wrong password")).status_code == 401
    told = await visitor.login(ADA)
    assert (told.status_code, told.json()["code"]) == (403, "email_not_verified")
