"""Before the clock starts: every client of the pool logs in and becomes a customer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from shared_db.errors import SharedDbError

from rehearsal.records import PREPARE, Record
from rehearsal.traffic.calls.accounts import logging_in, reading_account
from rehearsal.traffic.calls.call import Call
from rehearsal.traffic.calls.payments import become_customer
from rehearsal.traffic.calls.reads import listing, reading_balances
from rehearsal.traffic.sender import Sender
from rehearsal.traffic.world import Client, World

_AT_ONCE = 4


class NotPrepared(SharedDbError):
    """A client of the pool could not be made ready."""

    def __init__(self, email: str, record: Record) -> None:
        super().__init__(
            f"{email} is not ready: {record.kind} failed ({record.failure}); see that the "
            "services run and that the account is active with that password."
        )


async def prepare(world: World, sender: Sender) -> None:
    """Give every client tokens and a customer, and note what it has already.

    Raises:
        NotPrepared: a request failed.
    """

    async def ready(client: Client) -> None:
        for make in _steps(world, client):
            record = await sender.ask(make(), PREPARE)
            if record.failure:
                raise NotPrepared(client.email, record)

    await for_each(world.clients, ready)


def _steps(world: World, client: Client) -> Iterable[Callable[[], Call]]:
    """The calls in their order; each is made when its turn comes, for it needs the one before."""
    yield lambda: logging_in(world, client)
    yield lambda: reading_account(client)
    yield lambda: become_customer(client)
    yield lambda: reading_balances(client)
    yield lambda: listing(client, limit=1)


async def for_each(clients: list[Client], do: Callable[[Client], Awaitable[None]]) -> None:
    """Do something for all clients, a few at a time.

    Raises:
        SharedDbError: the first that failed.
    """
    waiting = iter(clients)

    async def work() -> None:
        for client in waiting:
            await do(client)

    await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
