"""An erasure is certified once, when every service has acknowledged it."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from admin_service.erasures import TOLD_BY_A_SERVICE, acknowledgements
from admin_service.settings import Settings
from admin_service.verification import verify
from service_kit.events import Event, Handler
from service_kit.events.inbox import Arrival, apply
from shared_db import Database

USER = UUID(int=0xE)
Headers = dict[str, str]


class Feeds:
    """Feeds of the services that acknowledge, as their consumers apply them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._positions = itertools.count(1)
        self.handlers: dict[str, tuple[str, Handler]] = {
            each.producer: next(iter(each.handlers.items()))
            for each in acknowledgements(Settings().admin_erasures)
        }

    async def tell(self, service: str, user: UUID = USER) -> Arrival:
        """Let a service acknowledge."""
        kind, _ = self.handlers[service]
        arrival = Arrival(service, next(self._positions), Event(kind, str(user), {}))
        await self.apply(arrival)
        return arrival

    async def apply(self, arrival: Arrival) -> None:
        """Apply an event, as often as it is delivered."""
        _, handler = self.handlers[arrival.producer]
        await self._database.run(apply, "admin", arrival, handler)


@pytest.fixture
async def feeds(database_of: Any) -> Feeds:
    return Feeds(await database_of("admin"))


async def actions(client: httpx.AsyncClient, as_admin: Headers, user: UUID = USER) -> list[str]:
    reply = await client.get("/v1/admin/audit", params={"target": str(user)}, headers=as_admin)
    assert reply.status_code == 200, reply.text
    return [entry["action"] for entry in reversed(reply.json()["data"])]


@pytest.mark.parametrize("order", list(itertools.permutations(["auth", "profile", "payments"])))
async def test_the_last_acknowledgement_brings_the_certificate(
    client: httpx.AsyncClient, as_admin: Headers, feeds: Feeds, order: tuple[str, ...]
) -> None:
    for service in order[:2]:
        await feeds.tell(service)
    await feeds.tell(order[2], uuid4())
    expected = [f"erasure.{service}" for service in order]
    assert await actions(client, as_admin) == expected[:2]
    await feeds.tell(order[2])
    assert await actions(client, as_admin) == [*expected, "erasure.certified"]


async def test_acknowledgements_at_once_bring_one_certificate(
    client: httpx.AsyncClient, as_admin: Headers, feeds: Feeds, database_of: Any
) -> None:
    await asyncio.gather(*(feeds.tell(service) for service in feeds.handlers))
    assert (await actions(client, as_admin)).count("erasure.certified") == 1
    database = await database_of("admin")
    assert (await database.run(verify)).position == 4


async def test_what_is_told_again_is_certified_once(
    client: httpx.AsyncClient, as_admin: Headers, feeds: Feeds
) -> None:
    arrivals = [await feeds.tell(service) for service in feeds.handlers]
    for arrival in arrivals:
        await feeds.apply(arrival)
    await feeds.tell("profile")
    told = await actions(client, as_admin)
    assert told.count("erasure.certified") == 1
    assert told.count("erasure.profile") == 2


async def test_the_audit_holds_ids_alone(
    client: httpx.AsyncClient, as_admin: Headers, feeds: Feeds
) -> None:
    arrival = await feeds.tell("payments")
    (entry,) = (await client.get("/v1/admin/audit", headers=as_admin)).json()["data"]
    assert entry["targets"] == [str(USER), str(arrival.event.id)]
    assert entry["actor"] == str(TOLD_BY_A_SERVICE)
