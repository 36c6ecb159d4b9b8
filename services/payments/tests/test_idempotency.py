"""A repeated request has one effect and one reply."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from payments_service.cashier import Cashier
from payments_service.idempotency import purge


async def requests_of(payer: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Each request that needs a key, ready to be sent."""
    customer = await payer.customer()
    authorized, paid, fresh = await payer.authorized(), await payer.paid(), await payer.intent()
    wish = {"customer": customer, "amount": 5, "currency": "EUR"}
    return {
        "create": ("/v1/payment_intents", wish),
        "confirm": (f"/v1/payment_intents/{fresh['id']}/confirm", {"payment_method": "pm_fake_ok"}),
        "capture": (f"/v1/payment_intents/{authorized}/capture", {"amount": 7}),
        "cancel": (f"/v1/payment_intents/{fresh['id']}/cancel", {"reason": "duplicate"}),
        "refund": ("/v1/refunds", {"payment_intent": paid, "amount": 3}),
    }


CHANGED: dict[str, dict[str, Any]] = {
    "create": {"amount": 6},
    "confirm": {"payment_method": "pm_fake_declined"},
    "capture": {"amount": 8},
    "cancel": {"reason": "abandoned"},
    "refund": {"amount": 4},
}
NAMES = list(CHANGED)


@pytest.mark.parametrize("name", NAMES)
async def test_a_replay_is_byte_for_byte_the_first_reply(payer: Any, rows: Any, name: str) -> None:
    path, body = (await requests_of(payer))[name]
    first = await payer.post(path, body, key="k1")
    before = await rows("SELECT count(*) FROM payments.payment_attempts")
    again = await payer.post(path, body, key='"k1"')
    assert first.status_code in {200, 201}
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["content-type"] == first.headers["content-type"]
    assert await rows("SELECT count(*) FROM payments.payment_attempts") == before


@pytest.mark.parametrize("name", NAMES)
async def test_a_key_with_another_body_is_refused(payer: Any, name: str) -> None:
    path, body = (await requests_of(payer))[name]
    await payer.post(path, body, key="k1")
    changed = await payer.post(path, {**body, **CHANGED[name]}, key="k1")
    assert (changed.status_code, changed.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("name", NAMES)
async def test_a_request_without_a_key_is_refused(payer: Any, name: str) -> None:
    path, body = (await requests_of(payer))[name]
    reply = await payer.client.post(path, json=body, headers=payer.headers)
    assert (reply.status_code, reply.json()["code"]) == (400, "idempotency_key_missing")
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("key", ["x" * 256, '""', " "])
async def test_an_unusable_key_is_refused(payer: Any, key: str) -> None:
    reply = await payer.post("/v1/refunds", {"payment_intent": str(uuid4())}, key=key)
    assert (reply.status_code, reply.json()["code"]) == (400, "idempotency_key_invalid")


async def test_the_same_key_of_two_users_is_two_keys(payer: Any, other: Any) -> None:
    replies = []
    for user in (payer, other):
        body = {"customer": await user.customer(), "amount": 5, "currency": "EUR"}
        replies.append(await user.post("/v1/payment_intents", body, key="same"))
    assert [reply.status_code for reply in replies] == [201, 201]
    assert replies[0].json()["id"] != replies[1].json()["id"]


async def test_the_same_key_on_two_routes_is_two_keys(payer: Any) -> None:
    intent_id = (await payer.intent())["id"]
    path = f"/v1/payment_intents/{intent_id}"
    statuses = [
        (await payer.post(f"{path}/{verb}", key="same")).json()["status"]
        for verb in ("confirm", "capture")
    ]
    assert statuses == ["requires_capture", "succeeded"]


async def test_a_key_used_for_another_intent_is_refused(payer: Any) -> None:
    one, two = (await payer.intent())["id"], (await payer.intent())["id"]
    await payer.post(f"/v1/payment_intents/{one}/confirm", key="same")
    reply = await payer.post(f"/v1/payment_intents/{two}/confirm", key="same")
    assert (reply.status_code, reply.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_decline_is_replayed_too(payer: Any, rows: Any) -> None:
    intent_id = (await payer.intent("pm_fake_declined"))["id"]
    path = f"/v1/payment_intents/{intent_id}/confirm"
    first, again = [await payer.post(path, key="same") for _ in range(2)]
    assert (first.status_code, first.content) == (402, again.content)
    assert again.headers["content-type"] == "application/problem+json"
    calls = await rows("SELECT sum(calls) AS calls FROM payments.sandbox_operations")
    assert calls[0]["calls"] == 1


async def test_a_refused_request_leaves_its_key_free(payer: Any) -> None:
    body = {"customer": str(uuid4()), "amount": 5, "currency": "EUR"}
    refused = await payer.post("/v1/payment_intents", body, key="same")
    assert (refused.status_code, refused.json()["code"]) == (404, "customer_not_found")
    body["customer"] = await payer.customer()
    assert (await payer.post("/v1/payment_intents", body, key="same")).status_code == 201


async def test_replies_are_forgotten_after_their_time(
    payer: Any, cashier: Cashier, rows: Any
) -> None:
    await payer.paid()
    now = cashier.clock()
    assert await cashier.database.run(purge, now - timedelta(hours=24), 100) == 0
    assert await cashier.database.run(purge, now + timedelta(seconds=1), 2) == 2
    assert await cashier.database.run(purge, now + timedelta(seconds=1), 100) == 1
    assert await rows("SELECT id FROM payments.idempotency_keys") == []
