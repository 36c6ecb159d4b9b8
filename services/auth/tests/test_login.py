"""Logging in: the same answer for whoever guesses, and a limit to guessing."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from passlib.hash import bcrypt


async def test_a_wrong_password_and_an_unknown_address_look_alike(
    visitor: Any, app: FastAPI
) -> None:
    await visitor.member()
    hasher = app.state.parts.login.hasher
    before = hasher.verifications
    wrong = await visitor.login("ada@example.com", "another password")
    unknown = await visitor.login("eve@example.com", "another password")
    assert hasher.verifications - before == 2
    assert (wrong.status_code, wrong.content) == (unknown.status_code, unknown.content)
    assert wrong.status_code == 401


async def test_the_state_of_an_account_is_told_after_the_right_password_alone(
    visitor: Any,
) -> None:
    await visitor.register("ada@example.com")
    assert (await visitor.login("ada@example.com", "wrong password")).status_code == 401
    told = await visitor.login("ada@example.com")
    assert (told.status_code, told.json()["code"]) == (403, "email_not_verified")


async def test_a_suspended_account_gets_no_session(visitor: Any, rows: Any) -> None:
    tokens = await visitor.member()
    await rows("UPDATE auth.users SET status = 'suspended'")
    told = await visitor.login("ada@example.com")
    assert (told.status_code, told.json()["code"]) == (403, "suspended")
    assert (await visitor.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_guessing_locks_an_account_whether_or_not_it_exists(visitor: Any) -> None:
    await visitor.member()
    for email in ("ada@example.com", "eve@example.com"):
        statuses = [(await visitor.login(email, "wrong password")).status_code for _ in range(6)]
        assert statuses == [401] * 5 + [429], email


async def test_a_lock_says_how_long_and_ends(visitor: Any, clock: Any) -> None:
    await visitor.member()
    for _ in range(5):
        await visitor.login("ada@example.com", "wrong password")
    locked = await visitor.login("ada@example.com")
    assert locked.headers["Retry-After"] == "60"
    clock.turn(seconds=61)
    assert (await visitor.login("ada@example.com")).status_code == 200


async def test_no_lock_is_longer_than_a_quarter_of_an_hour(
    visitor: Any, clock: Any, rows: Any
) -> None:
    await visitor.member()
    await rows("UPDATE auth.users SET failed_count = 1000")
    await visitor.login("ada@example.com", "wrong password")
    locked = await visitor.login("ada@example.com")
    assert locked.headers["Retry-After"] == "900"


async def test_a_success_forgets_the_failures(visitor: Any, rows: Any) -> None:
    await visitor.member()
    for _ in range(4):
        await visitor.login("ada@example.com", "wrong password")
    assert (await visitor.login("ada@example.com")).status_code == 200
    (row,) = await rows("SELECT failed_count, locked_until FROM auth.users")
    assert tuple(row) == (0, None)


async def test_an_old_bcrypt_hash_is_accepted_and_upgraded(visitor: Any, rows: Any) -> None:
    await visitor.member()
    old = bcrypt.using(rounds=4).hash("an older password")
    await rows("UPDATE auth.users SET password_hash = $1", old)
    assert (await visitor.login("ada@example.com", "an older password")).status_code == 200
    (row,) = await rows("SELECT password_hash FROM auth.users")
    assert row["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_hostile_input_is_no_server_error(visitor: Any) -> None:
    for body in (
        b'{"email": "\\ud800", "password": "x"}',
        b'{"email": "\\u0000", "password": "x"}',
        b'{"email": {}, "password": []}',
        b'{"email": "a", "password": "' + b"x" * 5000 + b'"}',
        b"[" * 5000,
        b"not json",
        b"",
    ):
        reply = await visitor.client.post(
            "/v1/auth/login", content=body, headers={"Content-Type": "application/json"}
        )
        assert reply.status_code == 422, body[:40]
        assert reply.headers["Content-Type"] == "application/problem+json"
