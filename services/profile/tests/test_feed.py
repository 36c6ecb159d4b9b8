"""The feed over HTTP: places in commit order, whoever relays and whenever a writer commits."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
from typing import Any

import httpx
import psycopg
import pytest
from profile_service.app import create_app
from service_kit.events import Event, append, relay
from shared_db import Database
from sqlmodel.ext.asyncio.session import AsyncSession

FEED = "/v1/events"
Headers = dict[str, str]


@pytest.fixture
def as_consumer(token_issuer: Any) -> Headers:
    token = token_issuer.service("payments", scopes=["events:read"])
    return {"Authorization": f"Bearer {token}"}


def event(subject: str) -> Event:
    return Event("profile.updated", subject, {"n": subject})


async def write(database: Database, *subjects: str) -> None:
    async def work(session: AsyncSession) -> None:
        for subject in subjects:
            await append(session, "profile", event(subject))

    await database.run(work)


async def subjects(client: httpx.AsyncClient, headers: Headers, **params: Any) -> list[str]:
    reply = await client.get(FEED, headers=headers, params=params)
    assert reply.status_code == 200, reply.text
    return [each["subject"] for each in reply.json()]


async def test_the_feed_is_a_batch_of_cloud_events(
    client: httpx.AsyncClient, as_consumer: Headers, database_of: Any
) -> None:
    await write(await database_of("profile"), "a")
    reply = await client.get(FEED, headers=as_consumer)
    assert reply.headers["Content-Type"] == "application/cloudevents-batch+json"
    (found,) = reply.json()
    assert (found["specversion"], found["source"], found["sequence"]) == ("1.0", "/profile", "1")
    assert (found["type"], found["data"]) == ("profile.updated", {"n": "a"})
    assert found["datacontenttype"] == "application/json"


async def test_reading_goes_on_after_a_place(
    client: httpx.AsyncClient, as_consumer: Headers, database_of: Any
) -> None:
    await write(await database_of("profile"), "a", "b", "c")
    assert await subjects(client, as_consumer, limit=2) == ["a", "b"]
    assert await subjects(client, as_consumer, after=2) == ["c"]
    assert await subjects(client, as_consumer, after=3) == []


async def test_an_older_transaction_that_commits_later_is_not_skipped(
    client: httpx.AsyncClient, as_consumer: Headers, database_of: Any
) -> None:
    database: Database = await database_of("profile")
    async with database.session() as older:
        await append(older, "profile", event("older"))
        await older.flush()
        await write(database, "younger")
        assert await subjects(client, as_consumer) == ["younger"]
    assert await subjects(client, as_consumer, after=1) == ["older"]


async def test_two_relays_at_once_place_every_event_once(database_of: Any) -> None:
    first: Database = await database_of("profile")
    second: Database = await database_of("profile")
    for _ in range(10):
        await asyncio.gather(
            write(first, "a", "b"),
            first.run(relay, "profile"),
            second.run(relay, "profile"),
            write(second, "c"),
            second.run(relay, "profile"),
        )
    await first.run(relay, "profile")
    async with first.connection() as connection:
        rows = await connection.fetch("SELECT position FROM profile.outbox ORDER BY position")
    assert [row["position"] for row in rows] == list(range(1, 31))


async def test_a_relay_leaves_the_work_to_the_one_that_is_at_it(database_of: Any) -> None:
    first: Database = await database_of("profile")
    second: Database = await database_of("profile")
    await write(first, "a")
    async with first.session() as session:
        assert await relay(session, "profile") == 1
        assert await second.run(relay, "profile") == 0
    assert await second.run(relay, "profile") == 0


async def test_a_killed_relay_leaves_places_and_lock_to_the_next(
    environment: Any, client: httpx.AsyncClient, as_consumer: Headers, database_of: Any
) -> None:
    await write(await database_of("profile"), "a", "b")
    code = """
        import asyncio
        from service_kit.events import relay
        from shared_db import Database, find

        async def main():
            async with Database(find("profile")) as database, database.session() as session:
                print(await relay(session, "profile"), flush=True)
                await asyncio.Event().wait()

        asyncio.run(main())
    """
    with subprocess.Popen(  # noqa: ASYNC220 - starting it takes no time
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert await asyncio.to_thread(process.stdout.readline) == "2\n"
            assert await subjects(client, as_consumer) == []
        finally:
            process.kill()
    async with asyncio.timeout(30):
        while await subjects(client, as_consumer) != ["a", "b"]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    with psycopg.connect(environment.url("profile")) as connection:
        rows = connection.execute("SELECT position FROM profile.outbox ORDER BY 1").fetchall()
    assert rows == [(1,), (2,)]


async def test_a_consumer_gets_the_types_that_it_asks_for(
    client: httpx.AsyncClient, as_consumer: Headers, database_of: Any
) -> None:
    async def work(session: AsyncSession) -> None:
        for kind in ("a", "b", "c"):
            await append(session, "profile", Event(f"profile.{kind}", kind, {}))

    await (await database_of("profile")).run(work)
    wanted = {"type": ["profile.a", "profile.c"]}
    assert await subjects(client, as_consumer, **wanted) == ["a", "c"]
    assert await subjects(client, as_consumer, **wanted, after=1) == ["c"]
    assert await subjects(client, as_consumer, type="profile.b", after=2) == []


async def test_a_reader_waits_for_the_first_event(
    client: httpx.AsyncClient, as_consumer: Headers, database_of: Any
) -> None:
    database = await database_of("profile")
    waiting = asyncio.create_task(subjects(client, as_consumer, timeout=25))
    await asyncio.sleep(0)
    await write(database, "a")
    async with asyncio.timeout(30):
        assert await waiting == ["a"]


async def test_a_reader_waits_no_longer_than_the_process_lives(
    environment: Any, api: Any, token_issuer: Any, as_consumer: Headers
) -> None:
    app = create_app(keys=token_issuer.keys)
    async with api(app) as client:
        waiting = asyncio.create_task(subjects(client, as_consumer, timeout=25))
        await asyncio.sleep(0)
        app.state.ending = True
        assert await waiting == []


@pytest.mark.parametrize(
    "params", [{"after": -1}, {"after": "x"}, {"after": 2**63}, {"timeout": 26}, {"limit": 0}]
)
async def test_bad_parameters_are_refused(
    client: httpx.AsyncClient, as_consumer: Headers, params: dict[str, Any]
) -> None:
    reply = await client.get(FEED, headers=as_consumer, params=params)
    assert reply.status_code == 422
