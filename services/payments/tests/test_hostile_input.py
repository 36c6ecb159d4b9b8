"""No input makes the service fail: it answers 4xx, in problem details."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

GOOD: dict[str, Any] = {"amount": 5, "currency": "EUR"}

BAD_FIELDS: list[dict[str, Any]] = [
    {"amount": 0},
    {"amount": -1},
    {"amount": 10**12 + 1},
    {"amount": 2**63},
    {"amount": 10**400},
    {"amount": 1.0},
    {"amount": 1.5},
    {"amount": "5"},
    {"amount": True},
    {"amount": None},
    {"amount": [5]},
    {"amount": float("nan")},
    {"amount": float("inf")},
    {"currency": "eur"},
    {"currency": "XAU"},
    {"currency": "CLF"},
    {"currency": "EUR\n"},
    {"currency": "€€€"},
    {"currency": 978},
    {"currency": None},
    {"customer": "me"},
    {"customer": 7},
    {"payment_method": "pm\x00"},
    {"payment_method": ""},
    {"payment_method": "x" * 101},
    {"payment_method": {"id": "pm_fake_ok"}},
    {"description": "a\x00b"},
    {"description": "\ud800"},
    {"description": "x" * 501},
    {"metadata": {"a": "\x00"}},
    {"metadata": {"a\x00": "b"}},
    {"metadata": {"": "b"}},
    {"metadata": {"a": 1}},
    {"metadata": {"a": {"b": "c"}}},
    {"metadata": {f"k{n}": "v" for n in range(21)}},
    {"metadata": [["a", "b"]]},
    {"status": "succeeded"},
    {"captured": 5},
    {"customer_id": "0190a0b0-0000-7000-8000-000000000000"},
]


async def post(payer: Any, path: str, content: str | bytes) -> httpx.Response:
    """Send a body as it is, under a fresh key."""
    own = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
    reply: httpx.Response = await payer.client.post(
        path, content=content, headers={**payer.headers, **own}
    )
    return reply


async def test_bad_fields_of_an_intent_are_refused(payer: Any, subtests: pytest.Subtests) -> None:
    customer = await payer.customer()
    for fields in BAD_FIELDS:
        with subtests.test(fields=repr(fields)[:40]):
            body = {"customer": customer, **GOOD, **fields}
            reply = await post(payer, "/v1/payment_intents", json.dumps(body))
            assert reply.status_code in {400, 422}, reply.text
            assert reply.headers["content-type"] == "application/problem+json"


NO_OBJECTS = [
    *(b"", b"null", b"[]", b"7", b"{", b'{"amount":', b"\xff\xfe"),
    *(b"[" * 5000, b'"' + b"\\u0000" * 9),
]


@pytest.mark.parametrize("path", ["/v1/payment_intents", "/v1/refunds"])
async def test_bodies_that_are_no_object_are_refused(
    payer: Any, subtests: pytest.Subtests, path: str
) -> None:
    for content in NO_OBJECTS:
        with subtests.test(content=content[:20]):
            reply = await post(payer, path, content)
            assert reply.status_code in {400, 422}, reply.text


@pytest.mark.parametrize("verb", ["confirm", "capture", "cancel"])
async def test_unknown_fields_of_a_step_are_refused(payer: Any, verb: str) -> None:
    intent_id = (await payer.intent())["id"]
    reply = await payer.step(intent_id, verb, {"status": "succeeded"})
    assert reply.status_code == 422
    assert (await payer.state(intent_id))["status"] == "requires_confirmation"


@pytest.mark.parametrize("amount", [0, -1, 1.5, "7", 2**63, 10**12 + 1, True])
async def test_bad_amounts_of_captures_and_refunds_are_refused(payer: Any, amount: Any) -> None:
    authorized, paid = await payer.authorized(), await payer.paid()
    capture = await payer.step(authorized, "capture", {"amount": amount})
    refund = await payer.post("/v1/refunds", {"payment_intent": paid, "amount": amount})
    assert (capture.status_code, refund.status_code) == (422, 422)


async def test_an_id_that_is_none_is_refused(payer: Any, subtests: pytest.Subtests) -> None:
    for intent_id in ("me", "0", "%00", "%F0%9F%92%A9", "0" * 5000):
        with subtests.test(intent_id=intent_id[:20]):
            for path in (f"/v1/payment_intents/{intent_id}", f"/v1/refunds/{intent_id}"):
                assert (await payer.get(path)).status_code in {404, 422}
            assert (await payer.step(intent_id, "confirm")).status_code in {404, 422}


BAD_PARAMETERS: list[dict[str, Any]] = [
    {"limit": 0},
    {"limit": 101},
    {"limit": "x"},
    {"limit": 10**30},
    {"cursor": "x"},
    {"cursor": "\x00"},
    {"cursor": "AAAA"},
    {"cursor": "W10="},
    {"cursor": "WzFd"},
    {"cursor": "é" * 100},
    {"status": "open"},
    {"customer": "x"},
]


async def test_bad_parameters_of_a_list_are_refused(payer: Any, subtests: pytest.Subtests) -> None:
    for params in BAD_PARAMETERS:
        with subtests.test(params=params):
            reply = await payer.get("/v1/payment_intents", **params)
            assert reply.status_code in {400, 422}, reply.text


async def test_the_largest_amount_is_paid_and_returned(payer: Any) -> None:
    intent = await payer.intent(amount=10**12)
    await payer.step(intent["id"], "confirm")
    assert (await payer.step(intent["id"], "capture")).json()["amount_captured"] == 10**12
    refund = await payer.post("/v1/refunds", {"payment_intent": intent["id"]})
    assert refund.json()["amount"] == 10**12
