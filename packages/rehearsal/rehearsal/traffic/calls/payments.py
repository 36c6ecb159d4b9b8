"""Paying: create, confirm, capture, refund; each under an idempotency key of its own."""

from __future__ import annotations

from typing import Any

import orjson

from rehearsal.exchanged import Sent, Shown
from rehearsal.traffic.calls.call import Call, intent_seen, refund_seen
from rehearsal.traffic.message import Reply, request
from rehearsal.traffic.world import Client, Payment, World

CURRENCIES = ("CHF", "EUR", "JPY")
METHOD = "pm_fake_ok"
_LARGEST = 100_000


def become_customer(client: Client) -> Call:
    """Make the user a customer, or learn which one they are."""

    def learn(reply: Reply) -> Shown:
        client.customer = reply.json()["id"]
        return Shown()

    return _posting("customer", client, "/v1/customers", None, Sent(), learn, (200, 201))


def create(world: World, n: int) -> Call:
    """State the wish to pay; the intent carries the key of the request that made it."""
    client = world.any_client()
    amount, currency = world.up_to(_LARGEST), CURRENCIES[n % len(CURRENCIES)]
    body = {
        "customer": client.customer,
        "amount": amount,
        "currency": currency,
        "metadata": {"request": f"{world.run}-{n}"},
    }

    def learn(reply: Reply) -> Shown:
        seen = intent_seen(reply.json())
        payment = Payment(seen.id, client, amount, currency)
        world.created.add(payment)
        world.recent.append(payment)
        return Shown(intents=[seen])

    sent = Sent(key=f"{world.run}-{n}", amount=amount, currency=currency)
    return _posting("create", client, "/v1/payment_intents", body, sent, learn, (201,))


def confirm(world: World, n: int) -> Call | None:
    """Authorise the amount of a payment."""
    payment = world.created.take()
    if payment is None:
        return None

    def learn(reply: Reply) -> Shown:
        seen = intent_seen(reply.json())
        if seen.status == "requires_capture":
            world.authorized.add(payment)
        world.recent.append(payment)
        return Shown(intents=[seen])

    path = f"/v1/payment_intents/{payment.id}/confirm"
    sent = Sent(f"{world.run}-{n}", payment.id, amount=payment.amount, currency=payment.currency)
    return _posting("confirm", payment.client, path, {"payment_method": METHOD}, sent, learn)


def capture(world: World, n: int) -> Call | None:
    """Take the amount of an authorised payment, of every fourth a part."""
    payment = world.authorized.take()
    if payment is None:
        return None
    amount = world.up_to(payment.amount) if n % 4 == 0 else payment.amount

    def learn(reply: Reply) -> Shown:
        seen = intent_seen(reply.json())
        if seen.status == "succeeded":
            payment.captured = amount
            world.captured.add(payment)
        world.recent.append(payment)
        return Shown(intents=[seen])

    path = f"/v1/payment_intents/{payment.id}/capture"
    sent = Sent(f"{world.run}-{n}", payment.id, amount=amount, currency=payment.currency)
    return _posting("capture", payment.client, path, {"amount": amount}, sent, learn)


def refund(world: World, n: int) -> Call | None:
    """Give back a part of what a payment has left."""
    payment = world.captured.take()
    if payment is None:
        return None
    amount = world.up_to(payment.captured - payment.refunded)

    def learn(reply: Reply) -> Shown:
        seen = refund_seen(reply.json())
        if seen.status == "succeeded":
            payment.refunded += amount
            if payment.refunded < payment.captured:
                world.captured.add(payment)
            world.refunds.append((payment.client, seen.id))
        world.recent.append(payment)
        return Shown(refunds=[seen])

    body = {"payment_intent": payment.id, "amount": amount}
    sent = Sent(f"{world.run}-{n}", payment.id, amount=amount, currency=payment.currency)
    return _posting("refund", payment.client, "/v1/refunds", body, sent, learn, (201,))


def _posting(
    kind: str,
    client: Client,
    path: str,
    body: dict[str, Any] | None,
    sent: Sent,
    learn: Any,
    expected: tuple[int, ...] = (200,),
) -> Call:
    content = b"" if body is None else orjson.dumps(body)
    return Call(
        kind=kind,
        service="payments",
        client=client.id,
        data=lambda host: request(
            "POST", path, host, token=client.access, key=sent.key, body=content
        ),
        expected=expected,
        sent=sent,
        learn=learn,
    )
