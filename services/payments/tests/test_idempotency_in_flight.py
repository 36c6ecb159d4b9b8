"""Twins of a request that has not been answered yet."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from payments_service import idempotency
from payments_service.cashier import Cashier
from payments_service.claims import Claim
from payments_service.provider.port import Operation, Outcome


class SlowProvider:
    """Answers when it is told to."""

    name, sandbox = "slow", True

    def __init__(self, provider: Any) -> None:
        self.provider = provider
        self.asked, self.answering = asyncio.Event(), asyncio.Event()

    async def execute(self, operation: Operation) -> Outcome:
        self.asked.set()
        await self.answering.wait()
        outcome: Outcome = await self.provider.execute(operation)
        return outcome


async def test_a_twin_of_a_request_at_the_provider_is_told_to_wait(
    payer: Any, cashier: Cashier, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = SlowProvider(cashier.provider)
    monkeypatch.setattr(cashier, "provider", slow)
    path = f"/v1/payment_intents/{(await payer.intent())['id']}/confirm"
    first = asyncio.create_task(payer.post(path, key="same"))
    await slow.asked.wait()
    twin = await payer.post(path, key="same")
    assert (twin.status_code, twin.json()["code"]) == (409, "idempotency_key_in_flight")
    stranger = await payer.post(path, key="another")
    assert (stranger.status_code, stranger.json()["code"]) == (409, "payment_intent_wrong_state")
    slow.answering.set()
    reply = await first
    assert reply.json()["status"] == "requires_capture"
    assert (await payer.post(path, key="same")).content == reply.content


async def test_a_twin_of_a_transaction_under_way_is_told_to_wait(
    payer: Any, cashier: Cashier, token_issuer: Any
) -> None:
    customer = await payer.customer()
    body = {"customer": customer, "amount": 5, "currency": "EUR"}
    user_id = (await payer.get(f"/v1/customers/{customer}")).json()["user_id"]
    claim = Claim(
        principal=f"user:{user_id}", route="create_payment_intent", key="same", fingerprint=b""
    )
    async with cashier.database.session() as session:
        await idempotency.claim(session, claim)
        twin = await payer.post("/v1/payment_intents", body, key="same")
    assert (twin.status_code, twin.json()["code"]) == (409, "idempotency_key_in_flight")
    assert (await payer.post("/v1/payment_intents", body, key="same")).status_code == 201


async def test_fifty_twins_make_one_intent(payer: Any, rows: Any) -> None:
    body = {"customer": await payer.customer(), "amount": 5, "currency": "EUR"}
    replies: list[httpx.Response] = await asyncio.gather(
        *(payer.post("/v1/payment_intents", body, key="same") for _ in range(50))
    )
    assert {reply.status_code for reply in replies} <= {201, 409}
    assert len({reply.content for reply in replies if reply.status_code == 201}) == 1
    assert len(await rows("SELECT id FROM payments.payment_intents")) == 1
