"""Users reach their own payments; services with payments:admin reach everybody's."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest


@pytest.fixture
async def objects(payer: Any) -> dict[str, str]:
    """One object of each kind, all of them the payer's."""
    intent_id = await payer.paid()
    refund = await payer.post("/v1/refunds", {"payment_intent": intent_id, "amount": 1})
    return {
        "customer": await payer.customer(),
        "intent": intent_id,
        "open": await payer.authorized(),
        "refund": refund.json()["id"],
    }


def readings(objects: dict[str, str]) -> list[str]:
    """The paths at which the objects are read."""
    return [
        f"/v1/customers/{objects['customer']}",
        f"/v1/payment_intents/{objects['intent']}",
        f"/v1/refunds/{objects['refund']}",
    ]


async def test_anothers_objects_are_not_found(
    payer: Any, other: Any, objects: dict[str, str]
) -> None:
    for path in readings(objects):
        assert (await payer.get(path)).status_code == 200
        assert (await other.get(path)).status_code == 404
    for verb in ("confirm", "capture", "cancel"):
        assert (await other.step(objects["open"], verb)).status_code == 404
    refund = await other.post("/v1/refunds", {"payment_intent": objects["intent"]})
    assert refund.status_code == 404
    wish = {"customer": objects["customer"], "amount": 5, "currency": "EUR"}
    assert (await other.post("/v1/payment_intents", wish)).status_code == 404
    assert (await payer.state(objects["open"]))["status"] == "requires_capture"


async def test_anothers_payments_are_in_no_list(other: Any, objects: dict[str, str]) -> None:
    for path in ("/v1/payment_intents", "/v1/ledger/transactions", "/v1/ledger/balances"):
        assert (await other.get(path)).json()["data"] == []
    narrowed = await other.get("/v1/payment_intents", customer=objects["customer"])
    assert narrowed.json()["data"] == []


async def test_a_service_reads_and_refunds_across_users(
    staff: Any, other: Any, objects: dict[str, str]
) -> None:
    await other.paid()
    for path in readings(objects):
        assert (await staff.get(path)).status_code == 200
    assert len((await staff.get("/v1/payment_intents")).json()["data"]) == 3
    assert len((await staff.get("/v1/ledger/transactions")).json()["data"]) == 3
    refund = await staff.post("/v1/refunds", {"payment_intent": objects["intent"], "amount": 2})
    assert refund.status_code == 201


async def test_a_service_does_not_pay(staff: Any, objects: dict[str, str]) -> None:
    wish = {"customer": objects["customer"], "amount": 5, "currency": "EUR"}
    replies = [
        await staff.post("/v1/customers"),
        await staff.post("/v1/payment_intents", wish),
        *[await staff.step(objects["open"], verb) for verb in ("confirm", "capture", "cancel")],
    ]
    assert {reply.status_code for reply in replies} == {403}


@pytest.mark.parametrize("caller", ["user without scope", "service without scope", "nobody"])
async def test_without_the_scope_nothing_is_reached(
    client: Any, token_issuer: Any, objects: dict[str, str], caller: str
) -> None:
    tokens = {
        "user without scope": token_issuer.user(uuid4(), scopes=["profile", "payments:admin"]),
        "service without scope": token_issuer.service("admin", scopes=["payments"]),
    }
    token = tokens.get(caller)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    wanted = 403 if token else 401
    lists = ["/v1/payment_intents", "/v1/ledger/balances", "/v1/ledger/transactions"]
    for path in readings(objects) + lists:
        assert (await client.get(path, headers=headers)).status_code == wanted
    headers["Idempotency-Key"] = "k"
    refund = {"payment_intent": objects["intent"]}
    for path, body in [("/v1/customers", None), ("/v1/refunds", refund)]:
        assert (await client.post(path, json=body, headers=headers)).status_code == wanted
