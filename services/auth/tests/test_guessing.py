"""Guessing passwords: slow for whoever guesses, and no way to shut the owner out."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from auth_service.devices import Devices
from auth_service.errors import TooManyAttempts
from auth_service.limits import Limits
from auth_service.origin import Origin

WRONG = "wrong password"


@pytest.mark.parametrize("email", ["ada@example.com", "eve@example.com"])
async def test_guessing_locks_an_account_whether_or_not_it_exists(visitor: Any, email: str) -> None:
    await visitor.member()
    async with visitor.elsewhere("192.0.2.1") as stranger:
        statuses = [(await stranger.login(email, WRONG)).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


async def test_strangers_share_one_counter_wherever_they_are(visitor: Any) -> None:
    await visitor.member()
    statuses = []
    for number in range(6):
        async with visitor.elsewhere(f"192.0.2.{number}") as stranger:
            statuses.append((await stranger.login("ada@example.com", WRONG)).status_code)
    assert statuses == [401] * 5 + [429]


async def test_strangers_cannot_shut_the_owner_out(visitor: Any) -> None:
    await visitor.member()
    async with visitor.elsewhere("192.0.2.1") as stranger:
        for _ in range(6):
            await stranger.login("ada@example.com", WRONG)
        assert (await stranger.login("ada@example.com")).status_code == 429
    assert (await visitor.login("ada@example.com")).status_code == 200


async def test_a_device_is_familiar_wherever_it_goes(visitor: Any) -> None:
    await visitor.member()
    async with visitor.elsewhere("192.0.2.1") as stranger:
        for _ in range(6):
            await stranger.login("ada@example.com", WRONG)
        stranger.client.cookies = visitor.client.cookies
        assert (await stranger.login("ada@example.com")).status_code == 200
        assert (await stranger.login("eve@example.com", WRONG)).status_code == 401


async def test_a_reset_makes_a_new_place_familiar(visitor: Any) -> None:
    await visitor.member()
    async with visitor.elsewhere("192.0.2.1") as owner:
        for _ in range(6):
            await owner.login("ada@example.com", WRONG)
        await owner.client.post("/v1/auth/password/forgot", json={"email": "ada@example.com"})
        body = {"token": owner.mailbox.token(), "password": "another long phrase"}
        assert (await owner.client.post("/v1/auth/password/reset", json=body)).status_code == 204
        async with visitor.elsewhere("192.0.2.2") as stranger:
            for _ in range(6):
                await stranger.login("ada@example.com", WRONG)
        assert (await owner.login("ada@example.com", "another long phrase")).status_code == 200


async def test_a_familiar_place_may_not_guess_for_ever(visitor: Any) -> None:
    await visitor.member()
    statuses = [(await visitor.login("ada@example.com", WRONG)).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


async def test_guesses_sent_at_once_do_not_outrun_the_count(visitor: Any, app: Any) -> None:
    await visitor.member()
    hasher = app.state.parts.login.hasher
    before = hasher.verifications
    async with visitor.elsewhere("192.0.2.1") as stranger:
        replies = await asyncio.gather(
            *(stranger.login("ada@example.com", WRONG) for _ in range(40))
        )
    assert hasher.verifications - before == 5
    assert sorted(reply.status_code for reply in replies) == [401] * 5 + [429] * 35


async def test_one_address_may_not_try_many_accounts(visitor: Any, app: Any) -> None:
    async with visitor.elsewhere("192.0.2.1") as stranger:
        replies = await asyncio.gather(
            *(stranger.login(f"user{number}@example.com", WRONG) for number in range(55))
        )
        assert sorted(reply.status_code for reply in replies) == [401] * 50 + [429] * 5
    async with visitor.elsewhere("192.0.2.2") as other:
        assert (await other.login("user1@example.com", WRONG)).status_code == 401


async def test_logging_in_costs_no_attempt(visitor: Any, rows: Any) -> None:
    await visitor.member()
    counted = "SELECT source, failures FROM auth.login_attempts WHERE failures > 0"
    before = await rows(counted)
    for _ in range(60):
        assert (await visitor.login("ada@example.com")).status_code == 200
    assert await rows(counted) == before
    (user,) = await rows("SELECT failed_count, locked_until FROM auth.users")
    assert tuple(user) == (0, None)


async def test_the_owner_s_login_gives_strangers_no_new_guesses(visitor: Any) -> None:
    await visitor.member()
    async with visitor.elsewhere("192.0.2.1") as stranger:
        for _ in range(5):
            await stranger.login("ada@example.com", WRONG)
        assert (await visitor.login("ada@example.com")).status_code == 200
        assert (await stranger.login("ada@example.com", WRONG)).status_code == 429


async def test_a_lock_says_how_long_and_ends(visitor: Any, clock: Any) -> None:
    await visitor.member()
    async with visitor.elsewhere("192.0.2.1") as stranger:
        for _ in range(5):
            await stranger.login("ada@example.com", WRONG)
        locked = await stranger.login("ada@example.com")
        assert locked.headers["Retry-After"] == "60"
        clock.turn(seconds=61)
        assert (await stranger.login("ada@example.com")).status_code == 200


async def test_a_right_password_of_an_unverified_account_is_no_guess(visitor: Any) -> None:
    await visitor.register("ada@example.com")
    for _ in range(7):
        assert (await visitor.login("ada@example.com")).status_code == 403


def test_delays_double_up_to_a_quarter_of_an_hour_and_are_forgotten(clock: Any) -> None:
    from datetime import timedelta

    limits = Limits(
        lock_after=5,
        lock=timedelta(seconds=60),
        longest_lock=timedelta(seconds=900),
        address_failures=50,
        address_requests=50,
        window=timedelta(seconds=300),
    )
    failures, locked, delays = 0, None, []
    for _ in range(11):
        failures, locked = limits.next(failures, locked, clock())
        delays.append((locked - clock()).total_seconds() if locked else 0)
        if locked:
            with pytest.raises(TooManyAttempts):
                limits.next(failures, locked, clock())
            clock.turn(seconds=delays[-1])
    assert delays == [0, 0, 0, 0, 60, 120, 240, 480, 900, 900, 900]
    clock.turn(days=1, seconds=1)
    assert limits.next(failures, locked, clock()) == (1, None)


def test_a_device_is_recognised_for_its_account_alone_and_for_a_while(clock: Any) -> None:
    from uuid import UUID

    devices, ada, eve = Devices("a key"), UUID(int=1), UUID(int=2)
    shown = devices.issue(ada, clock())
    assert devices.recognises(shown, ada, clock())
    assert not devices.recognises(shown, eve, clock())
    assert not Devices("another").recognises(shown, ada, clock())
    for forged in (None, "", "x", shown + "0", "9" + shown, "é" * 120, "." * 5000):
        assert not devices.recognises(forged, ada, clock())
    clock.turn(days=91)
    assert not devices.recognises(shown, ada, clock())


def test_an_ipv6_address_is_as_good_as_its_neighbours() -> None:
    def same(one: str, other: str) -> bool:
        return Origin(one).by_address == Origin(other).by_address

    assert same("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")
    assert not same("2001:db8:1:2::1", "2001:db8:1:3::1")
    assert same("::ffff:192.0.2.1", "192.0.2.1")
    assert not same("192.0.2.1", "192.0.2.2")
    assert same("unknown", "unknown")
