"""What happens when the provider refuses."""

from __future__ import annotations

from typing import Any

import pytest
from payments_service.cashier import Cashier


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("pm_fake_declined", "card_declined"),
        ("pm_fake_insufficient_funds", "insufficient_funds"),
        ("pm_nobody_knows", "payment_method_unknown"),
    ],
)
async def test_a_declined_payment_waits_for_another_method(
    payer: Any, method: str, code: str
) -> None:
    intent = await payer.intent(method)
    declined = await payer.step(intent["id"], "confirm")
    assert declined.status_code == 402
    assert declined.headers["content-type"] == "application/problem+json"
    assert declined.json()["code"] == "payment_declined"
    assert declined.json()["decline_code"] == code
    assert declined.json()["instance"] == f"/v1/payment_intents/{intent['id']}/confirm"
    shown = await payer.state(intent["id"])
    assert shown["status"] == "requires_payment_method"
    assert shown["last_error"]["code"] == code
    again = await payer.step(intent["id"], "confirm", {"payment_method": "pm_fake_ok"})
    assert again.json()["status"] == "requires_capture"
    assert again.json()["last_error"] is None


async def test_a_refused_capture_leaves_the_authorization(payer: Any, rows: Any) -> None:
    intent_id = await payer.authorized("pm_fake_capture_declined")
    refused = await payer.step(intent_id, "capture")
    assert (refused.status_code, refused.json()["decline_code"]) == (402, "authorization_expired")
    assert (await payer.state(intent_id))["status"] == "requires_capture"
    assert await rows("SELECT id FROM payments.ledger_entries") == []


async def test_a_refused_release_leaves_the_authorization(payer: Any) -> None:
    intent_id = await payer.authorized("pm_fake_void_declined")
    refused = await payer.step(intent_id, "cancel", {"reason": "duplicate"})
    assert (refused.status_code, refused.json()["decline_code"]) == (402, "void_refused")
    shown = await payer.state(intent_id)
    assert (shown["status"], shown["cancellation_reason"]) == ("requires_capture", None)
    assert (await payer.step(intent_id, "capture")).json()["status"] == "succeeded"


async def test_a_refused_refund_is_shown_as_failed_and_frees_its_amount(
    payer: Any, rows: Any
) -> None:
    intent_id = await payer.paid("pm_fake_refund_declined")
    refund = await payer.post("/v1/refunds", {"payment_intent": intent_id})
    assert (refund.status_code, refund.json()["status"]) == (201, "failed")
    assert refund.json()["error"]["code"] == "refund_refused"
    assert (await payer.state(intent_id))["amount_refunded"] == 0
    reserved = await rows("SELECT refunding FROM payments.payment_intents")
    assert [row["refunding"] for row in reserved] == [0]


async def test_sandbox_methods_are_refused_by_a_real_provider(
    payer: Any, cashier: Cashier, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = cashier.provision.__class__(
        name="real", sandbox=False, patience=cashier.provision.patience
    )
    monkeypatch.setattr(cashier, "provision", real)
    intent = await payer.intent("pm_fake_ok")
    refused = await payer.step(intent["id"], "confirm")
    assert (refused.status_code, refused.json()["code"]) == (422, "payment_method_refused")
    assert (await payer.state(intent["id"]))["status"] == "requires_confirmation"
