"""A payment from the customer to the last refund, as a client makes it."""

from __future__ import annotations

from typing import Any

import pytest


async def test_a_payment_goes_from_intent_to_partial_refund(payer: Any) -> None:
    intent = await payer.intent(description="Socks", metadata={"order": "42"})
    assert intent["status"] == "requires_confirmation"
    assert intent["metadata"] == {"order": "42"}
    path = f"/v1/payment_intents/{intent['id']}"

    confirmed = await payer.post(f"{path}/confirm")
    assert (confirmed.status_code, confirmed.json()["status"]) == (200, "requires_capture")
    assert confirmed.json()["amount_capturable"] == 1000

    captured = await payer.post(f"{path}/capture", {"amount": 700})
    assert captured.status_code == 200
    assert captured.json()["status"] == "succeeded"
    assert captured.json()["amount_captured"] == 700
    assert captured.json()["amount_capturable"] == 0

    refund = await payer.post("/v1/refunds", {"payment_intent": intent["id"], "amount": 200})
    assert (refund.status_code, refund.json()["status"]) == (201, "succeeded")
    shown = await payer.get(f"/v1/refunds/{refund.json()['id']}")
    assert shown.json() == refund.json()

    assert (await payer.get(path)).json()["amount_refunded"] == 200
    balances = (await payer.get("/v1/ledger/balances")).json()["data"]
    assert {b["account"]: b["balance"] for b in balances} == {
        "provider_clearing": 500,
        "sales": -700,
        "refunds": 200,
    }
    movements = (await payer.get("/v1/ledger/transactions")).json()["data"]
    assert [movement["kind"] for movement in movements] == ["refund", "capture"]
    assert all(sum(e["amount"] for e in movement["entries"]) == 0 for movement in movements)


async def test_a_payment_method_may_come_with_the_confirmation(payer: Any) -> None:
    intent = await payer.intent(None)
    assert intent["status"] == "requires_payment_method"
    early = await payer.step(intent["id"], "confirm")
    assert (early.status_code, early.json()["code"]) == (409, "payment_intent_wrong_state")
    confirmed = await payer.step(intent["id"], "confirm", {"payment_method": "pm_fake_ok"})
    assert confirmed.json()["status"] == "requires_capture"


async def test_an_action_of_the_customer_comes_before_the_second_confirm(payer: Any) -> None:
    intent = await payer.intent("pm_fake_requires_action")
    first = (await payer.step(intent["id"], "confirm")).json()
    assert first["status"] == "requires_action"
    assert first["next_action"]["type"] == "redirect_to_url"
    second = (await payer.step(intent["id"], "confirm")).json()
    assert (second["status"], second["next_action"]) == ("requires_capture", None)


async def test_a_refund_without_an_amount_returns_all_that_remains(payer: Any) -> None:
    intent_id = await payer.paid()
    await payer.post("/v1/refunds", {"payment_intent": intent_id, "amount": 1})
    rest = await payer.post("/v1/refunds", {"payment_intent": intent_id, "reason": "duplicate"})
    assert rest.json()["amount"] == 999
    over = await payer.post("/v1/refunds", {"payment_intent": intent_id, "amount": 1})
    assert (over.status_code, over.json()["code"]) == (422, "amount_exceeds_remaining")


async def test_more_than_was_authorized_cannot_be_captured(payer: Any) -> None:
    intent_id = await payer.authorized()
    over = await payer.step(intent_id, "capture", {"amount": 1001})
    assert (over.status_code, over.json()["code"]) == (422, "amount_exceeds_remaining")
    assert (await payer.state(intent_id))["status"] == "requires_capture"


@pytest.mark.parametrize("method", [None, "pm_fake_ok"])
async def test_an_unconfirmed_payment_is_canceled_without_the_provider(
    payer: Any, rows: Any, method: str | None
) -> None:
    intent = await payer.intent(method)
    canceled = await payer.step(intent["id"], "cancel", {"reason": "abandoned"})
    assert canceled.status_code == 200
    assert canceled.json()["status"] == "canceled"
    assert canceled.json()["cancellation_reason"] == "abandoned"
    assert canceled.json()["canceled_at"] is not None
    assert await rows("SELECT * FROM payments.sandbox_operations") == []


@pytest.mark.parametrize("method", ["pm_fake_ok", "pm_fake_requires_action"])
async def test_what_the_provider_holds_is_released_by_canceling(
    payer: Any, rows: Any, method: str
) -> None:
    intent = await payer.intent(method)
    await payer.step(intent["id"], "confirm")
    canceled = await payer.step(intent["id"], "cancel")
    assert canceled.json()["status"] == "canceled"
    asked = await rows("SELECT kind, reference FROM payments.sandbox_operations ORDER BY kind")
    assert [row["kind"] for row in asked] == ["authorize", "void"]
    assert len({row["reference"] for row in asked}) == 1


async def test_each_change_leaves_its_event_in_the_outbox(payer: Any, rows: Any) -> None:
    intent_id = await payer.paid()
    await payer.post("/v1/refunds", {"payment_intent": intent_id})
    await payer.step(await payer.authorized(), "cancel")
    events = await rows("SELECT type FROM payments.outbox ORDER BY id")
    assert [event["type"] for event in events] == [
        "payment.authorized",
        "payment.captured",
        "payment.refunded",
        "payment.authorized",
        "payment.canceled",
    ]


@pytest.mark.parametrize(
    ("verb", "states"),
    [
        ("confirm", ["requires_capture", "succeeded", "canceled"]),
        ("capture", ["requires_confirmation", "succeeded", "canceled"]),
        ("cancel", ["succeeded", "canceled"]),
    ],
)
async def test_a_step_in_the_wrong_state_is_a_conflict(
    payer: Any, verb: str, states: list[str]
) -> None:
    for state in states:
        intent_id = await _in_state(payer, state)
        reply = await payer.step(intent_id, verb)
        assert (reply.status_code, reply.json()["code"]) == (409, "payment_intent_wrong_state")
        assert (await payer.state(intent_id))["status"] == state


async def _in_state(payer: Any, state: str) -> str:
    if state == "requires_capture":
        return str(await payer.authorized())
    if state == "succeeded":
        return str(await payer.paid())
    intent = await payer.intent()
    if state == "canceled":
        await payer.step(intent["id"], "cancel")
    return str(intent["id"])
