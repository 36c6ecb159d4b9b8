"""A refund by an administrator: passed on with its key, and in the audit."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import httpx
import pytest

PAYMENT = str(UUID(int=2))
PATH = f"/v1/admin/payments/{PAYMENT}/refund"
REFUND = {
    "id": str(UUID(int=5)),
    "payment_intent": PAYMENT,
    "amount": 70,
    "currency": "EUR",
    "status": "succeeded",
    "created_at": "2026-01-02T03:04:05Z",
}


async def test_a_refund_is_passed_on_with_its_key_and_audited(
    client: httpx.AsyncClient, as_admin: dict[str, str], stand_ins: Any
) -> None:
    stand_ins.answers["payments/v1/refunds"] = httpx.Response(201, json=REFUND)
    headers = as_admin | {"Idempotency-Key": "k1"}
    reply = await client.post(PATH, json={"amount": 70}, headers=headers)
    assert (reply.status_code, reply.json()) == (201, REFUND)
    (asked,) = stand_ins.asked
    assert asked.headers["Idempotency-Key"] == "k1"
    assert json.loads(asked.content) == {"payment_intent": PAYMENT, "amount": 70}
    (entry,) = (await client.get("/v1/admin/audit", headers=as_admin)).json()["data"]
    assert (entry["action"], entry["targets"]) == ("payments.refund", [PAYMENT])


async def test_others_may_not_refund(
    client: httpx.AsyncClient, token_issuer: Any, stand_ins: Any
) -> None:
    user = token_issuer.user(UUID(int=1), scopes=["payments"])
    service = token_issuer.service("admin", scopes=["admin", "payments:admin"])
    for token, status in ((user, 403), (service, 403), (None, 401)):
        headers = {"Idempotency-Key": "k"} | ({"Authorization": f"Bearer {token}"} if token else {})
        assert (await client.post(PATH, json={}, headers=headers)).status_code == status
    assert stand_ins.asked == []


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "payment_intent_not_found"),
        (409, "payment_intent_wrong_state"),
        (409, "idempotency_key_in_flight"),
        (422, "amount_exceeds_remaining"),
        (422, "idempotency_key_reused"),
    ],
)
async def test_what_payments_refuses_is_passed_on_as_the_document_says(
    client: httpx.AsyncClient, as_admin: dict[str, str], stand_ins: Any, status: int, code: str
) -> None:
    problem = {"type": "about:blank", "title": "Refused", "status": status, "code": code}
    stand_ins.answers["payments/v1/refunds"] = httpx.Response(status, json=problem)
    reply = await client.post(PATH, json={}, headers=as_admin | {"Idempotency-Key": "k"})
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    document = (await client.get("/openapi.json")).json()
    operation = document["paths"]["/v1/admin/payments/{payment_id}/refund"]["post"]
    assert str(status) in operation["responses"]
