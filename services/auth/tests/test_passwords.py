"""Another password: by mail when the present one is forgotten, else with the present one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

ADA = "ada@example.com"
NEW = "another long phrase"


async def forgot(visitor: Any, email: str = ADA) -> Any:
    return await visitor.client.post("/v1/auth/password/forgot", json={"email": email})


async def reset(visitor: Any, token: str, password: str = NEW) -> Any:
    body = {"token": token, "password": password}
    return await visitor.client.post("/v1/auth/password/reset", json=body)


async def change(visitor: Any, tokens: Any, present: str, new: str = NEW) -> Any:
    return await visitor.client.post(
        "/v1/auth/password/change",
        json={"current_password": present, "new_password": new},
        headers=visitor.bearer(tokens["access_token"]),
    )


async def test_a_reset_sets_the_password_and_ends_all_sessions(visitor: Any) -> None:
    tokens = await visitor.member()
    assert (await forgot(visitor, "ADA@example.com")).status_code == 202
    assert (await reset(visitor, visitor.mailbox.token())).status_code == 204
    assert visitor.mailbox.mails[-1].subject == "Your password was changed"
    assert (await visitor.me(tokens["access_token"])).status_code == 401
    assert (await visitor.refresh(tokens["refresh_token"])).status_code == 400
    assert (await visitor.login(ADA)).status_code == 401
    assert (await visitor.login(ADA, NEW)).status_code == 200


async def test_a_reset_counts_once_even_if_sent_twice_at_once(visitor: Any) -> None:
    await visitor.member()
    await forgot(visitor)
    token = visitor.mailbox.token()
    replies = await asyncio.gather(*(reset(visitor, token) for _ in range(8)))
    assert sorted(reply.status_code for reply in replies) == [204] + [400] * 7
    spent = await reset(visitor, token)
    assert (spent.status_code, spent.json()["code"]) == (400, "token_spent")


async def test_a_reset_expires(visitor: Any, clock: Any) -> None:
    await visitor.member()
    await forgot(visitor)
    clock.turn(minutes=61)
    assert (await reset(visitor, visitor.mailbox.token())).status_code == 400


async def test_only_the_newest_reset_counts(visitor: Any, clock: Any) -> None:
    await visitor.member()
    await forgot(visitor)
    first = visitor.mailbox.token()
    clock.turn(seconds=61)
    await forgot(visitor)
    assert (await reset(visitor, first)).status_code == 400
    assert (await reset(visitor, visitor.mailbox.token())).status_code == 204


async def test_nobody_s_mailbox_is_flooded(visitor: Any) -> None:
    await visitor.member()
    before = len(visitor.mailbox.mails)
    replies = await asyncio.gather(*(forgot(visitor) for _ in range(10)))
    assert {reply.status_code for reply in replies} == {202}
    assert len(visitor.mailbox.mails) - before == 1


async def test_a_token_is_for_one_purpose(visitor: Any) -> None:
    await visitor.register(ADA)
    assert (await reset(visitor, visitor.mailbox.token())).status_code == 400
    await forgot(visitor)
    assert (await visitor.verify(visitor.mailbox.token())).status_code == 400


async def test_a_refused_password_leaves_the_token_usable(visitor: Any) -> None:
    await visitor.member()
    await forgot(visitor)
    token = visitor.mailbox.token()
    assert (await reset(visitor, token, "password123")).json()["code"] == "password_refused"
    assert (await reset(visitor, token, "short")).status_code == 422
    assert (await reset(visitor, token)).status_code == 204


async def test_a_guessed_token_costs_no_hash(visitor: Any, app: Any) -> None:
    hasher = app.state.parts.login.hasher
    before = hasher.hashes
    for token in ("guess", "\u00e9" * 100, "x" * 200):
        assert (await reset(visitor, token)).status_code == 400
    assert hasher.hashes == before


async def test_a_reset_of_an_unverified_account_shows_who_reads_its_mails(visitor: Any) -> None:
    await visitor.register(ADA, "the phrase of somebody else")
    await forgot(visitor)
    assert (await reset(visitor, visitor.mailbox.token())).status_code == 204
    assert (await visitor.login(ADA, NEW)).status_code == 200


async def test_a_suspended_account_gets_no_mail_and_stays_suspended(visitor: Any) -> None:
    tokens = await visitor.member()
    user = (await visitor.me(tokens["access_token"])).json()["id"]
    await visitor.administer(user, "suspend")
    before = len(visitor.mailbox.mails)
    await forgot(visitor)
    assert len(visitor.mailbox.mails) == before
    await visitor.administer(user, "password-reset")
    assert (await reset(visitor, visitor.mailbox.token())).status_code == 204
    assert (await visitor.login(ADA, NEW)).json()["code"] == "suspended"


async def test_a_change_ends_all_other_sessions(visitor: Any) -> None:
    other = await visitor.member()
    own = (await visitor.login(ADA)).json()
    assert (await change(visitor, own, "a long enough phrase")).status_code == 204
    assert (await visitor.me(own["access_token"])).status_code == 200
    assert (await visitor.refresh(own["refresh_token"])).status_code == 200
    assert (await visitor.refresh(other["refresh_token"])).status_code == 400
    assert (await visitor.login(ADA)).status_code == 401
    assert (await visitor.login(ADA, NEW)).status_code == 200


@pytest.mark.parametrize("new", ["password123", "short", "x" * 1025])
async def test_a_changed_password_is_as_good_as_a_first_one(visitor: Any, new: str) -> None:
    tokens = await visitor.member()
    assert (await change(visitor, tokens, "a long enough phrase", new)).status_code == 422
    assert (await visitor.login(ADA)).status_code == 200


async def test_who_holds_a_token_alone_cannot_guess_the_password(visitor: Any) -> None:
    tokens = await visitor.member()
    statuses = [(await change(visitor, tokens, f"guess {n}")).status_code for n in range(6)]
    assert statuses == [403] * 5 + [429]


async def test_a_session_that_has_ended_changes_nothing(visitor: Any) -> None:
    tokens = await visitor.member()
    headers = visitor.bearer(tokens["access_token"])
    await visitor.client.post("/v1/auth/logout", headers=headers)
    assert (await change(visitor, tokens, "a long enough phrase")).status_code == 401
    for method, path in (
        ("GET", "/v1/users/me"),
        ("GET", "/v1/sessions"),
        ("POST", "/v1/auth/logout"),
    ):
        assert (await visitor.client.request(method, path, headers=headers)).status_code == 401


async def test_a_login_that_began_before_a_reset_gets_no_session(
    visitor: Any, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitor.member()
    await forgot(visitor)
    login, verify = app.state.parts.login, app.state.parts.login.hasher.verify

    async def slowly(password: str, kept: str | None) -> bool:
        fits = await verify(password, kept)
        await reset(visitor, visitor.mailbox.token())
        return bool(fits)

    monkeypatch.setattr(login.hasher, "verify", slowly)
    assert (await visitor.login(ADA)).status_code == 401
