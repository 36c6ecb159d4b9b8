"""Fifty requests at once on one intent: money moves once and the books agree."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

CROWD = 50


async def crowd(payer: Any, *requests: tuple[str, Any]) -> Counter[int]:
    """Send the requests in turn until there are fifty, all at once; how often each status came."""
    sent = [payer.post(*requests[n % len(requests)]) for n in range(CROWD)]
    return Counter(reply.status_code for reply in await asyncio.gather(*sent))


async def assert_books_agree(rows: Any) -> None:
    """The ledger sums to zero and says what the intents, captures and refunds say."""
    unbalanced = await rows(
        "SELECT transaction_id FROM payments.ledger_entries"
        " GROUP BY transaction_id, currency HAVING sum(amount) <> 0"
    )
    assert unbalanced == []
    (books,) = await rows(
        "SELECT"
        " (SELECT coalesce(sum(captured), 0) FROM payments.payment_intents) AS captured,"
        " (SELECT coalesce(sum(refunded), 0) FROM payments.payment_intents) AS refunded,"
        " (SELECT coalesce(sum(refunding), 0) FROM payments.payment_intents) AS refunding,"
        " (SELECT coalesce(-sum(amount), 0) FROM payments.ledger_entries"
        "  WHERE account = 'sales') AS sales,"
        " (SELECT coalesce(sum(amount), 0) FROM payments.ledger_entries"
        "  WHERE account = 'refunds') AS returned,"
        " (SELECT coalesce(sum(amount), 0) FROM payments.sandbox_operations"
        "  WHERE kind = 'capture' AND result = 'succeeded') AS charged,"
        " (SELECT coalesce(sum(amount), 0) FROM payments.sandbox_operations"
        "  WHERE kind = 'refund' AND result = 'succeeded') AS paid_back"
    )
    assert books["captured"] == books["sales"] == books["charged"]
    assert books["refunded"] == books["returned"] == books["paid_back"]
    assert books["refunding"] == 0


async def test_fifty_confirms_authorize_once(payer: Any, rows: Any) -> None:
    intent_id = (await payer.intent())["id"]
    statuses = await crowd(payer, (f"/v1/payment_intents/{intent_id}/confirm", None))
    assert statuses == {200: 1, 409: CROWD - 1}
    assert len(await rows("SELECT 1 FROM payments.sandbox_operations")) == 1


async def test_fifty_captures_charge_once(payer: Any, rows: Any) -> None:
    intent_id = await payer.authorized()
    statuses = await crowd(payer, (f"/v1/payment_intents/{intent_id}/capture", {"amount": 600}))
    assert statuses == {200: 1, 409: CROWD - 1}
    assert (await payer.state(intent_id))["amount_captured"] == 600
    await assert_books_agree(rows)


async def test_captures_and_cancels_have_one_winner(payer: Any, rows: Any) -> None:
    intent_id = await payer.authorized()
    path = f"/v1/payment_intents/{intent_id}"
    statuses = await crowd(payer, (f"{path}/capture", None), (f"{path}/cancel", None))
    assert statuses == {200: 1, 409: CROWD - 1}
    intent = await payer.state(intent_id)
    captured = {"succeeded": 1000, "canceled": 0}[intent["status"]]
    assert intent["amount_captured"] == captured
    await assert_books_agree(rows)


async def test_fifty_refunds_return_no_more_than_was_captured(payer: Any, rows: Any) -> None:
    intent_id = await payer.paid()
    statuses = await crowd(payer, ("/v1/refunds", {"payment_intent": intent_id, "amount": 300}))
    assert statuses == {201: 3, 422: CROWD - 3}
    assert (await payer.state(intent_id))["amount_refunded"] == 900
    await assert_books_agree(rows)


async def test_a_crowd_of_every_kind_leaves_the_books_in_order(payer: Any, rows: Any) -> None:
    intent_id = await payer.authorized()
    path = f"/v1/payment_intents/{intent_id}"
    statuses = await crowd(
        payer,
        (f"{path}/capture", {"amount": 800}),
        ("/v1/refunds", {"payment_intent": intent_id, "amount": 300}),
        (f"{path}/cancel", None),
    )
    assert set(statuses) <= {200, 201, 409, 422}
    await assert_books_agree(rows)


async def test_fifty_customers_of_one_user_are_one(payer: Any, rows: Any) -> None:
    statuses = await crowd(payer, ("/v1/customers", None))
    assert statuses == {201: 1, 200: CROWD - 1}
    assert len(await rows("SELECT id FROM payments.customers")) == 1
