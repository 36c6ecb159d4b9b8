"""Consuming: each event is applied once, whatever is delivered twice, fails or ends under way."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from profile_service.app import create_app
from profile_service.models import Profile
from profile_service.profiles import make_profile
from service_kit import UpstreamUnavailable
from service_kit.events import Event, OutOfTurn, Subscription, consumer, dead_letters, replay
from service_kit.events.consumer import Consumer
from shared_db import Database
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession


class StandInFeed:
    """A producer's feed that holds what the test puts in."""

    def __init__(self) -> None:
        self.batch: list[dict[str, Any]] = []
        self.always_from_the_beginning = False

    def put(self, kind: str, subject: UUID, *, event_id: UUID | None = None) -> None:
        self.batch.append(
            {
                "specversion": "1.0",
                "id": str(event_id or uuid4()),
                "source": "/auth",
                "type": kind,
                "subject": str(subject),
                "time": datetime.now(UTC).isoformat(),
                "data": {"user_id": str(subject)},
                "sequence": str(len(self.batch) + 1),
            }
        )

    async def get(self, path: str, *, params: Mapping[str, Any] | None = None) -> Any:
        assert path == "/v1/events"
        assert params is not None
        after = 0 if self.always_from_the_beginning else params["after"]
        return [each for each in self.batch if int(each["sequence"]) > after]

    async def close(self) -> None:
        pass


@pytest.fixture
def auth_feed() -> StandInFeed:
    return StandInFeed()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "_FIRST_PAUSE", 0.0)


async def profiles(database: Database) -> set[UUID]:
    async with database.reader() as reader:
        present = select(Profile.user_id).where(col(Profile.erased_at).is_(None))
        return set((await reader.exec(present)).all())


def counting(applied: list[UUID]) -> Subscription:
    async def apply(session: AsyncSession, event: Event) -> None:
        applied.append(event.id)

    return Subscription("auth", {"user.registered": apply})


async def test_a_registered_user_gets_a_profile_and_an_erased_one_loses_it(
    database_of: Any, auth_feed: StandInFeed, token_issuer: Any
) -> None:
    database: Database = await database_of("profile")
    app = create_app(database=database, keys=token_issuer.keys, connect=lambda _: auth_feed)
    (reader,) = app.state.background.consumers
    ada, bob = uuid4(), uuid4()
    auth_feed.put("user.registered", ada)
    auth_feed.put("user.registered", bob)
    assert await reader.round() == 2
    assert await profiles(database) == {ada, bob}
    auth_feed.put("user.suspended", ada)
    auth_feed.put("user.erased", ada)
    await reader.round()
    assert await profiles(database) == {bob}
    async with database.connection() as connection:
        told = await connection.fetch("SELECT type, subject FROM profile.outbox")
    assert [tuple(row) for row in told] == [("profile.erased", str(ada))]


async def test_what_is_delivered_again_changes_nothing(
    database_of: Any, auth_feed: StandInFeed
) -> None:
    database: Database = await database_of("profile")
    applied: list[UUID] = []
    auth_feed.always_from_the_beginning = True
    event_id = uuid4()
    auth_feed.put("user.registered", uuid4(), event_id=event_id)
    auth_feed.put("user.registered", uuid4(), event_id=event_id)
    for _ in range(3):
        await Consumer(database, counting(applied), lambda _: auth_feed).round()
    assert applied == [event_id]


async def test_consumers_in_several_processes_apply_each_event_once(
    database_of: Any, auth_feed: StandInFeed
) -> None:
    applied: list[UUID] = []
    for _ in range(20):
        auth_feed.put("user.registered", uuid4())
    databases = [await database_of("profile") for _ in range(3)]
    readers = [Consumer(each, counting(applied), lambda _: auth_feed) for each in databases]
    await asyncio.gather(*(reader.round() for reader in readers))
    assert [str(each) for each in applied] == [each["id"] for each in auth_feed.batch]


async def test_an_event_that_fails_is_kept_and_the_next_ones_follow(
    database_of: Any, auth_feed: StandInFeed
) -> None:
    database: Database = await database_of("profile")
    broken, fine = uuid4(), uuid4()
    attempts, applied = 0, []

    async def refuse(session: AsyncSession, event: Event) -> None:
        nonlocal attempts
        if event.subject == str(broken):
            attempts += 1
            raise RuntimeError("not today")
        applied.append(event.subject)

    auth_feed.put("user.registered", broken)
    auth_feed.put("user.registered", fine)
    subscription = Subscription("auth", {"user.registered": refuse})
    await Consumer(database, subscription, lambda _: auth_feed).round()
    assert attempts == consumer.ATTEMPTS
    assert applied == [str(fine)]
    (letter,) = await database.run(dead_letters, "profile")
    assert (letter.event.subject, letter.error) == (str(broken), "RuntimeError: not today")
    assert letter.attempts == consumer.ATTEMPTS

    async def accept(session: AsyncSession, event: Event) -> None:
        applied.append(event.subject)

    for expected in (True, False):
        done = await database.run(replay, "profile", "auth", letter.event.id, accept)
        assert done is expected
    assert applied == [str(fine), str(broken)]
    assert list(await database.run(dead_letters, "profile")) == []


async def test_what_comes_later_about_the_same_thing_waits_behind_a_dead_letter(
    database_of: Any, auth_feed: StandInFeed
) -> None:
    database: Database = await database_of("profile")
    ada, bob = uuid4(), uuid4()
    applied: list[tuple[str, str]] = []
    broken = True

    async def apply(session: AsyncSession, event: Event) -> None:
        if broken and (event.type, event.subject) == ("user.suspended", str(ada)):
            raise RuntimeError("not today")
        applied.append((event.type, event.subject))

    for kind in ("user.suspended", "user.reinstated"):
        auth_feed.put(kind, ada)
        auth_feed.put(kind, bob)
    subscription = Subscription("auth", {"user.suspended": apply, "user.reinstated": apply})
    await Consumer(database, subscription, lambda _: auth_feed).round()
    assert applied == [("user.suspended", str(bob)), ("user.reinstated", str(bob))]
    first, second = await database.run(dead_letters, "profile")
    assert (first.event.type, second.event.type) == ("user.suspended", "user.reinstated")
    assert (second.attempts, str(first.event.id) in second.error) == (0, True)
    with pytest.raises(OutOfTurn):
        await database.run(replay, "profile", "auth", second.event.id, apply)
    broken = False
    applied.clear()
    for letter in (first, second):
        assert await database.run(replay, "profile", "auth", letter.event.id, apply)
    assert applied == [("user.suspended", str(ada)), ("user.reinstated", str(ada))]


async def test_an_event_whose_effect_fails_leaves_no_trace_of_itself(
    database_of: Any, auth_feed: StandInFeed
) -> None:
    database: Database = await database_of("profile")
    failures = [RuntimeError("first"), RuntimeError("second")]

    async def flaky(session: AsyncSession, event: Event) -> None:
        await make_profile(session, UUID(event.subject))
        if failures:
            raise failures.pop()

    auth_feed.put("user.registered", uuid4())
    subscription = Subscription("auth", {"user.registered": flaky})
    await Consumer(database, subscription, lambda _: auth_feed).round()
    assert len(await profiles(database)) == 1
    assert list(await database.run(dead_letters, "profile")) == []


async def test_a_producer_that_is_away_is_asked_again(
    database_of: Any, auth_feed: StandInFeed
) -> None:
    database: Database = await database_of("profile")
    applied: list[UUID] = []
    away = [UpstreamUnavailable("away"), ValueError("no JSON")]
    answer = auth_feed.get

    async def get(path: str, *, params: Mapping[str, Any] | None = None) -> Any:
        if away:
            raise away.pop()
        return await answer(path, params=params)

    auth_feed.get = get  # type: ignore[method-assign]
    auth_feed.put("user.registered", uuid4())
    serving = asyncio.create_task(
        Consumer(database, counting(applied), lambda _: auth_feed).serve()
    )
    async with asyncio.timeout(30):
        while not applied:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
