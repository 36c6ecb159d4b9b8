"""Outcomes that did not arrive in time are found, and money moves once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from payments_service.cashier import Cashier
from payments_service.provider.port import Operation
from payments_service.reconciliation import Reconciler, reconcile

OVERDUE = timedelta(minutes=5)
REACHED = {
    "confirm": "requires_capture",
    "capture": "succeeded",
    "cancel": "canceled",
    "refund": "succeeded",
}


@pytest.mark.parametrize(
    ("method", "found"),
    [
        ("pm_fake_timeout", "requires_capture"),
        ("pm_fake_timeout_declined", "requires_payment_method"),
    ],
)
async def test_a_lost_answer_leaves_the_intent_processing_until_it_is_found(
    payer: Any, cashier: Cashier, clock: Any, rows: Any, method: str, found: str
) -> None:
    intent_id = (await payer.intent(method))["id"]
    path = f"/v1/payment_intents/{intent_id}/confirm"
    reply = await payer.post(path, key="same")
    assert (reply.status_code, reply.json()["status"]) == (200, "processing")
    assert await reconcile(cashier, limit=10) == 0
    clock.turn(OVERDUE)
    assert await reconcile(cashier, limit=10) == 1
    assert (await payer.state(intent_id))["status"] == found
    assert (await payer.post(path, key="same")).content == reply.content
    assert await reconcile(cashier, limit=10) == 0
    (asked,) = await rows("SELECT calls FROM payments.sandbox_operations")
    assert asked["calls"] == 2


async def test_a_lost_capture_is_found_and_booked_once(
    payer: Any, cashier: Cashier, clock: Any, rows: Any
) -> None:
    intent_id = await payer.authorized("pm_fake_capture_timeout")
    reply = await payer.step(intent_id, "capture", {"amount": 400})
    assert reply.json()["status"] == "processing"
    assert (await payer.step(intent_id, "cancel")).status_code == 409
    clock.turn(OVERDUE)
    await asyncio.gather(*(reconcile(cashier, limit=10) for _ in range(5)))
    shown = await payer.state(intent_id)
    assert (shown["status"], shown["amount_captured"]) == ("succeeded", 400)
    assert len(await rows("SELECT id FROM payments.ledger_transactions")) == 1


async def test_a_lost_refund_is_pending_and_keeps_its_amount_reserved(
    payer: Any, cashier: Cashier, clock: Any
) -> None:
    intent_id = await payer.paid("pm_fake_refund_timeout")
    reply = await payer.post("/v1/refunds", {"payment_intent": intent_id, "amount": 900})
    assert (reply.status_code, reply.json()["status"]) == (201, "pending")
    over = await payer.post("/v1/refunds", {"payment_intent": intent_id, "amount": 200})
    assert over.status_code == 422
    clock.turn(OVERDUE)
    await reconcile(cashier, limit=10)
    refund = await payer.get(f"/v1/refunds/{reply.json()['id']}")
    assert refund.json()["status"] == "succeeded"
    assert (await payer.state(intent_id))["amount_refunded"] == 900


@pytest.mark.parametrize("moment", ["before the call", "after the call"])
@pytest.mark.parametrize("verb", ["confirm", "capture", "cancel", "refund"])
async def test_a_killed_request_is_completed_and_its_key_answered(
    payer: Any,
    cashier: Cashier,
    clock: Any,
    rows: Any,
    monkeypatch: pytest.MonkeyPatch,
    verb: str,
    moment: str,
) -> None:
    path, body = await _step(payer, verb)
    reached, forever = asyncio.Event(), asyncio.Event()

    async def stuck(operation: Operation) -> None:
        if moment == "after the call":
            await cashier.provider.execute(operation)
        reached.set()
        await forever.wait()

    with monkeypatch.context() as patched:
        patched.setattr(cashier, "ask", stuck)
        request = asyncio.create_task(payer.post(path, body, key="same"))
        await reached.wait()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
    waiting = await payer.post(path, body, key="same")
    assert (waiting.status_code, waiting.json()["code"]) == (409, "idempotency_key_in_flight")
    clock.turn(OVERDUE)
    assert await reconcile(cashier, limit=10) == 1
    done = await payer.post(path, body, key="same")
    assert (
        done.json()["status"]
        == {
            "confirm": "requires_capture",
            "capture": "succeeded",
            "cancel": "canceled",
            "refund": "succeeded",
        }[verb]
    )
    moved = await rows("SELECT count(*) AS n FROM payments.sandbox_operations GROUP BY kind")
    assert {row["n"] for row in moved} == {1}


async def _step(payer: Any, verb: str) -> tuple[str, dict[str, Any]]:
    if verb == "refund":
        return "/v1/refunds", {"payment_intent": await payer.paid(), "amount": 10}
    if verb == "confirm":
        return f"/v1/payment_intents/{(await payer.intent())['id']}/confirm", {}
    return f"/v1/payment_intents/{await payer.authorized()}/{verb}", {}


async def test_a_provider_that_stays_silent_is_asked_ever_less_often(
    payer: Any, cashier: Cashier, clock: Any, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(_operation: Operation) -> None:
        return None

    monkeypatch.setattr(cashier, "ask", silent)
    await payer.step((await payer.intent())["id"], "confirm")
    pauses = []
    for _ in range(12):
        (attempt,) = await rows("SELECT next_call_at FROM payments.payment_attempts")
        clock.now = attempt["next_call_at"]
        assert await reconcile(cashier, limit=10) == 0
        (attempt,) = await rows("SELECT next_call_at FROM payments.payment_attempts")
        pauses.append(attempt["next_call_at"] - clock.now)
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)


async def test_rounds_go_on_after_a_failure_and_stop_when_asked(
    cashier: Cashier, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reconciler = Reconciler(cashier, interval=0.001, batch=5, keep=timedelta(hours=24))
    rounds, thrice = 0, asyncio.Event()

    async def failing() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            thrice.set()
        raise OSError("no database")

    monkeypatch.setattr(reconciler, "round", failing)
    reconciler.start()
    await asyncio.wait_for(thrice.wait(), timeout=5)
    await asyncio.wait_for(reconciler.stop(), timeout=5)
    stopped_at = rounds
    await asyncio.sleep(0)
    assert rounds == stopped_at
