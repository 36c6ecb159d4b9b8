"""Suspending, reinstating and erasing an account, as the customer and their payments see it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from payments_service import accounts
from payments_service.cashier import Cashier
from payments_service.closing import close_inactive


@pytest.fixture
async def user_id(payer: Any) -> UUID:
    reply = await payer.get(f"/v1/customers/{await payer.customer()}")
    return UUID(reply.json()["user_id"])


@pytest.fixture
def tell(cashier: Cashier) -> Any:
    """Applies what an event of the issuer says about a user."""

    async def apply(change: Any, user_id: UUID) -> None:
        await cashier.database.run(change, user_id, cashier.clock())

    return apply


async def test_a_registered_user_has_one_customer_however_often_it_is_told(
    client: Any, token_issuer: Any, tell: Any, rows: Any
) -> None:
    user_id = uuid4()
    for _ in range(2):
        await tell(accounts.registered, user_id)
    (customer,) = await rows("SELECT user_id, status FROM payments.customers")
    assert dict(customer) == {"user_id": user_id, "status": "active"}


async def test_a_suspended_customer_neither_creates_confirms_nor_captures(
    payer: Any, tell: Any, user_id: UUID
) -> None:
    unconfirmed, authorized = (await payer.intent())["id"], await payer.authorized()
    await tell(accounts.suspended, user_id)
    wish = {"customer": await payer.customer(), "amount": 5, "currency": "EUR"}
    refused = [
        await payer.post("/v1/payment_intents", wish),
        await payer.step(unconfirmed, "confirm"),
        await payer.step(authorized, "capture"),
    ]
    assert [(r.status_code, r.json()["code"]) for r in refused] == [(409, "customer_suspended")] * 3
    await tell(accounts.reinstated, user_id)
    assert (await payer.step(authorized, "capture")).status_code == 200


async def test_open_payments_of_a_suspended_customer_are_canceled_and_captured_money_stays(
    payer: Any, other: Any, cashier: Cashier, tell: Any, user_id: UUID, rows: Any
) -> None:
    paid, foreign = await payer.paid(), await other.authorized()
    held = await payer.authorized()
    waiting = (await payer.intent("pm_fake_requires_action"))["id"]
    await payer.step(waiting, "confirm")
    unconfirmed = (await payer.intent())["id"]
    await tell(accounts.suspended, user_id)
    assert await close_inactive(cashier, limit=10) == 3
    for intent_id in (held, waiting, unconfirmed):
        assert (await payer.state(intent_id))["status"] == "canceled"
    assert (await payer.state(paid))["amount_captured"] == 1000
    assert (await other.state(foreign))["status"] == "requires_capture"
    assert await close_inactive(cashier, limit=10) == 0
    released = await rows("SELECT 1 FROM payments.sandbox_operations WHERE kind = 'void'")
    assert len(released) == 2


async def test_a_provider_that_refuses_to_release_is_left_alone_for_a_while(
    payer: Any, cashier: Cashier, tell: Any, user_id: UUID
) -> None:
    await payer.authorized("pm_fake_void_declined")
    await tell(accounts.suspended, user_id)
    assert await close_inactive(cashier, limit=10) == 1
    assert await close_inactive(cashier, limit=10) == 0


async def test_an_erased_customer_leaves_amounts_and_no_words(
    payer: Any, tell: Any, user_id: UUID, rows: Any
) -> None:
    intent = await payer.intent(description="For Ada", metadata={"name": "Ada"})
    intent_id = intent["id"]
    await payer.step(intent_id, "confirm")
    await payer.step(intent_id, "capture")
    for _ in range(2):
        await tell(accounts.erased, user_id)
    await tell(accounts.reinstated, user_id)
    shown = await payer.state(intent_id)
    assert (shown["description"], shown["metadata"], shown["amount_captured"]) == (None, {}, 1000)
    assert (await payer.get(f"/v1/customers/{intent['customer']}")).json()["status"] == "erased"
    kept = await rows(
        "SELECT 1 FROM payments.idempotency_keys"
        " WHERE convert_from(reply_body, 'UTF8') LIKE '%Ada%'"
    )
    assert kept == []
    assert len(await rows("SELECT 1 FROM payments.ledger_entries")) == 2
    wish = {"customer": intent["customer"], "amount": 5, "currency": "EUR"}
    assert (await payer.post("/v1/payment_intents", wish)).status_code == 409
