"""Exports and erasures over HTTP: what they hold, what is gone, and whom they race with."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from profile_service.consumers import user_registered
from profile_service.erasure import ERASE, do_erase, erase_profile
from profile_service.exports import EXPORT, do_export
from service_kit.events import Event
from service_kit.jobs import JobHandler, Worker
from service_kit.jobs.queue import take
from shared_db import Database

ME = "/v1/profiles/me"
Headers = dict[str, str]

BACKGROUND = {EXPORT: JobHandler(do_export), ERASE: JobHandler(do_erase)}


@pytest.fixture
async def database(database_of: Any) -> Database:
    found: Database = await database_of("profile")
    return found


@pytest.fixture
def worker(database: Database) -> Worker:
    return Worker(database, BACKGROUND)


async def tell_about_oneself(client: httpx.AsyncClient, headers: Headers) -> None:
    any_state = headers | {"If-Match": "*"}
    change = {"display_name": "Ada", "bio": "Countess", "avatar_url": "https://example.com/a"}
    assert (await client.patch(ME, json=change, headers=any_state)).status_code == 200
    reply = await client.put(f"{ME}/preferences", json={"theme": "dark"}, headers=any_state)
    assert reply.status_code == 200


async def erased_events(database: Database) -> int:
    async with database.connection() as connection:
        count: int = await connection.fetchval(
            "SELECT count(*) FROM profile.outbox WHERE type = 'profile.erased'"
        )
    return count


async def erase(client: httpx.AsyncClient, headers: Headers, worker: Worker) -> None:
    assert (await client.delete(ME, headers=headers)).status_code == 202
    await worker.round()


async def test_an_export_holds_all_that_the_owner_told(
    client: httpx.AsyncClient, as_user: Headers, user_id: UUID, worker: Worker
) -> None:
    await tell_about_oneself(client, as_user)
    asked = await client.post(f"{ME}/export", headers=as_user)
    assert (asked.status_code, asked.json()["state"]) == (202, "queued")
    where = asked.headers["Location"]
    assert where == f"{ME}/exports/{asked.json()['id']}"
    await worker.round()
    reply = await client.get(where, headers=as_user)
    assert (reply.status_code, reply.json()["state"]) == (200, "done")
    assert reply.headers["Cache-Control"] == "no-store"
    profile = reply.json()["result"]["profile"]
    assert (profile["user_id"], profile["bio"]) == (str(user_id), "Countess")
    assert reply.json()["result"]["preferences"] == {"theme": "dark"}


async def test_asking_for_an_export_twice_makes_one(
    client: httpx.AsyncClient, as_user: Headers
) -> None:
    replies = await asyncio.gather(*(client.post(f"{ME}/export", headers=as_user) for _ in "abcd"))
    assert {reply.status_code for reply in replies} == {202}
    assert len({reply.json()["id"] for reply in replies}) == 1


async def test_an_export_is_nobody_else_s(
    client: httpx.AsyncClient, as_user: Headers, token_issuer: Any, worker: Worker
) -> None:
    where = (await client.post(f"{ME}/export", headers=as_user)).headers["Location"]
    await worker.round()
    other = {"Authorization": f"Bearer {token_issuer.user(uuid4(), scopes=['profile'])}"}
    assert (await client.get(where, headers=other)).status_code == 404
    assert (await client.get(f"{ME}/exports/{uuid4()}", headers=as_user)).status_code == 404


async def test_an_erasure_leaves_nothing_that_the_owner_told(
    client: httpx.AsyncClient, as_user: Headers, user_id: UUID, worker: Worker, database: Database
) -> None:
    await tell_about_oneself(client, as_user)
    where = (await client.post(f"{ME}/export", headers=as_user)).headers["Location"]
    await worker.round()
    await erase(client, as_user, worker)
    assert (await client.get(where, headers=as_user)).status_code == 404
    async with database.connection() as connection:
        tables = await connection.fetch(
            "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'profile'"
        )
        for (table,) in tables:
            rows = await connection.fetch(f'SELECT t::text FROM profile."{table}" AS t')
            held = " ".join(text for (text,) in rows)
            assert not any(word in held for word in ("Ada", "Countess", "example", "dark")), table
    assert await erased_events(database) == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", ME, None),
        ("PATCH", ME, {"bio": "back"}),
        ("GET", f"{ME}/preferences", None),
        ("PUT", f"{ME}/preferences", {}),
        ("POST", f"{ME}/export", None),
    ],
)
async def test_an_erased_profile_stays_erased(
    client: httpx.AsyncClient,
    as_user: Headers,
    as_service: Headers,
    user_id: UUID,
    worker: Worker,
    method: str,
    path: str,
    body: Any,
) -> None:
    await tell_about_oneself(client, as_user)
    await erase(client, as_user, worker)
    reply = await client.request(method, path, json=body, headers=as_user | {"If-Match": "*"})
    assert (reply.status_code, reply.json()["code"]) == (410, "profile_erased")
    assert (await client.get(f"/v1/profiles/{user_id}", headers=as_service)).status_code == 404


async def test_a_registration_that_is_applied_late_brings_nothing_back(
    client: httpx.AsyncClient, as_user: Headers, user_id: UUID, database: Database
) -> None:
    await database.run(erase_profile, user_id)
    await database.run(user_registered, Event("user.registered", str(user_id), {}))
    assert (await client.get(ME, headers=as_user)).status_code == 410


async def test_erasing_again_is_acknowledged_again(
    client: httpx.AsyncClient, as_user: Headers, worker: Worker, database: Database
) -> None:
    await erase(client, as_user, worker)
    await erase(client, as_user, worker)
    assert await erased_events(database) == 2


async def test_an_export_asked_for_during_the_erasure_is_refused_when_that_commits(
    client: httpx.AsyncClient, as_user: Headers, user_id: UUID, database: Database
) -> None:
    await tell_about_oneself(client, as_user)
    async with database.session() as session:
        await erase_profile(session, user_id)
        await session.flush()
        asking = asyncio.create_task(client.post(f"{ME}/export", headers=as_user))
        await blocked(database)
    assert (await asking).status_code == 410
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM profile.jobs") == 0


async def test_an_export_under_way_during_the_erasure_keeps_nothing(
    client: httpx.AsyncClient, as_user: Headers, user_id: UUID, database: Database, worker: Worker
) -> None:
    await tell_about_oneself(client, as_user)
    where = (await client.post(f"{ME}/export", headers=as_user)).headers["Location"]
    job = await database.run(take, database, {EXPORT: 30.0})
    assert job is not None
    async with database.session() as session:
        await erase_profile(session, user_id)
        await session.flush()
        exporting = asyncio.create_task(worker.do(job))
        await blocked(database)
    await exporting
    assert (await client.get(where, headers=as_user)).status_code == 404
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM profile.jobs") == 0


async def blocked(database: Database) -> None:
    """Wait until a session waits for a lock of another one."""
    waiting = """
        SELECT count(*) FROM pg_catalog.pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'
    """
    async with asyncio.timeout(30), database.connection() as connection:
        while not await connection.fetchval(waiting):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.02)
