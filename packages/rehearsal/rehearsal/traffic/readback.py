"""After the clock has stopped: every client reads back all that it has."""

from __future__ import annotations

from collections import defaultdict

from rehearsal.records import FINAL
from rehearsal.traffic.calls.accounts import reading_account, refreshing
from rehearsal.traffic.calls.reads import listing, reading_balances, reading_refund
from rehearsal.traffic.preparation import for_each
from rehearsal.traffic.sender import Sender
from rehearsal.traffic.world import Client, World

_PAGE = 100


async def read_back(world: World, sender: Sender) -> None:
    """Carry every session on once more, then read accounts, payments, refunds and balances."""
    refunds: defaultdict[Client, list[str]] = defaultdict(list)
    for client, refund in world.refunds:
        refunds[client].append(refund)

    async def read(client: Client) -> None:
        if client.refresh:
            await sender.ask(refreshing(world, client), FINAL)
        await sender.ask(reading_account(client), FINAL)
        await _read_payments(client, sender)
        await sender.ask(reading_balances(client), FINAL)
        for refund in refunds[client]:
            await sender.ask(reading_refund(client, refund), FINAL)

    await for_each(world.clients, read)


async def _read_payments(client: Client, sender: Sender) -> None:
    """Page after page, as long as there is one."""
    cursors = [""]
    while cursors:
        call = listing(client, limit=_PAGE, cursor=cursors.pop(), onward=cursors.append)
        await sender.ask(call, FINAL)
        cursors = [cursor for cursor in cursors if cursor]
