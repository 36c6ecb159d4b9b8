"""Logging in."""

from __future__ import annotations

from typing import Any

import pytest
from passlib.hash import bcrypt


@pytest.fixture(autouse=True)
def cost_of_hashing() -> None:
    """What it costs users."""


async def test_a_login_is_normalised_as_a_registration_is(visitor: Any) -> None:
    await visitor.member("ada@example.com")
    for written in ("ADA@example.com", "ada@EXAMPLE.com", "ada@exam\uff50le.com"):
        assert (await visitor.login(written)).status_code == 200, written
    assert (await visitor.login("no address")).status_code == 422


async def test_a_suspended_account_gets_no_session(visitor: Any, rows: Any) -> None:
    tokens = await visitor.member()
    await rows("UPDATE auth.users SET status = 'suspended'")
    told = await visitor.login("ada@example.com")
    assert (told.status_code, told.json()["code"]) == (403, "suspended")
    assert (await visitor.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_an_old_bcrypt_hash_is_accepted_and_upgraded(visitor: Any, rows: Any) -> None:
    await visitor.member()
    old = bcrypt.using(rounds=4).hash("an older password")
    await rows("UPDATE auth.users SET password_hash = $1", old)
    assert (await visitor.login("ada@example.com", "an older password")).status_code == 200
    (row,) = await rows("SELECT password_hash FROM auth.users")
    assert row["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("password", ["x" * 73, "é" * 1024, "\U0001f512" * 19])
async def test_a_password_is_not_truncated_for_bcrypt(
    visitor: Any, rows: Any, password: str
) -> None:
    await visitor.member()
    old = bcrypt.using(rounds=4).hash(password.encode()[:72])
    await rows("UPDATE auth.users SET password_hash = $1", old)
    assert (await visitor.login("ada@example.com", password)).status_code == 401


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
