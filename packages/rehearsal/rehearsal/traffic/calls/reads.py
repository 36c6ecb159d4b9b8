"""Reading back: a payment, the newest payments, a refund, the balances of the ledger."""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.exchanged import BalanceSeen, Sent, Shown
from rehearsal.traffic.calls.call import Call, intent_seen, refund_seen
from rehearsal.traffic.message import Reply, request
from rehearsal.traffic.world import Client, World

_NEWEST = 5


def get(world: World, _n: int) -> Call | None:
    """Read a payment that was written to lately, perhaps while it is being written to."""
    payment = world.any_recent()
    if payment is None:
        return None
    return _getting(
        "get",
        payment.client,
        f"/v1/payment_intents/{payment.id}",
        lambda reply: Shown(intents=[intent_seen(reply.json())]),
        Sent(intent=payment.id),
    )


def newest(world: World, _n: int) -> Call | None:
    """Read the newest payments of a client who paid lately."""
    payment = world.any_recent()
    return None if payment is None else listing(payment.client, limit=_NEWEST)


def listing(
    client: Client, *, limit: int, cursor: str = "", onward: Callable[[str], None] | None = None
) -> Call:
    """Read a page of a client's payments, newest first.

    Args:
        client: whose.
        limit: how many at most.
        cursor: where the page before ended.
        onward: gets the cursor of the next page, empty after the last.
    """

    def learn(reply: Reply) -> Shown:
        body = reply.json()
        if onward is not None:
            onward(body["next_cursor"] or "")
        seen = [intent_seen(each) for each in body["data"]]
        return Shown(intents=seen, more=body["has_more"])

    path = f"/v1/payment_intents?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
    return _getting("list", client, path, learn)


def get_refund(world: World, _n: int) -> Call | None:
    """Read one of the last refunds."""
    if not world.refunds:
        return None
    return reading_refund(*world.refunds[-min(world.up_to(20), len(world.refunds))])


def reading_refund(client: Client, refund: str) -> Call:
    """Read that refund."""
    return _getting(
        "get_refund",
        client,
        f"/v1/refunds/{refund}",
        lambda reply: Shown(refunds=[refund_seen(reply.json())]),
        Sent(refund=refund),
    )


def balances(world: World, _n: int) -> Call | None:
    """Read the ledger of a client who paid lately."""
    payment = world.any_recent()
    return None if payment is None else reading_balances(payment.client)


def reading_balances(client: Client) -> Call:
    """Read that client's part of the ledger."""
    return _getting(
        "balances",
        client,
        "/v1/ledger/balances",
        lambda reply: Shown(balances=[BalanceSeen(**each) for each in reply.json()["data"]]),
    )


def _getting(
    kind: str,
    client: Client,
    path: str,
    learn: Callable[[Reply], Shown],
    sent: Sent | None = None,
) -> Call:
    return Call(
        kind=kind,
        service="payments",
        client=client.id,
        data=lambda host: request("GET", path, host, token=client.access),
        expected=(200,),
        sent=sent or Sent(),
        learn=learn,
    )
