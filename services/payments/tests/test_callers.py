"""Every endpoint as every kind of caller: a table, complete by the document of the API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

DOCUMENT = json.loads(Path(__file__).parents[1].joinpath("openapi.json").read_text("utf-8"))
INTENT = "/v1/payment_intents/{payment_intent_id}"
ENDPOINT = "/v1/webhook_endpoints/{endpoint_id}"
DELIVERIES = f"{ENDPOINT}/deliveries"

EXPECTED = {
    ("post", "/v1/customers"): (200, 201, 403),
    ("get", "/v1/customers/{customer_id}"): (200, 404, 200),
    ("post", "/v1/payment_intents"): (201, 404, 403),
    ("get", "/v1/payment_intents"): (200, 200, 200),
    ("get", INTENT): (200, 404, 200),
    ("post", f"{INTENT}/confirm"): (409, 404, 403),
    ("post", f"{INTENT}/capture"): (409, 404, 403),
    ("post", f"{INTENT}/cancel"): (409, 404, 403),
    ("post", "/v1/refunds"): (201, 404, 201),
    ("get", "/v1/refunds/{refund_id}"): (200, 404, 200),
    ("get", "/v1/ledger/balances"): (200, 200, 200),
    ("get", "/v1/ledger/transactions"): (200, 200, 200),
    ("post", "/v1/webhook_endpoints"): (201, 201, 201),
    ("get", "/v1/events"): (403, 403, 403),
    ("get", "/v1/webhook_endpoints"): (200, 200, 200),
    ("get", ENDPOINT): (200, 404, 200),
    ("delete", ENDPOINT): (204, 404, 204),
    ("post", f"{ENDPOINT}/rotate_secret"): (200, 404, 200),
    ("get", DELIVERIES): (200, 404, 200),
    ("post", f"{DELIVERIES}/{{delivery_id}}/redeliver"): (200, 404, 200),
}
"""What the owner, another user and a service with ``payments:admin`` are answered."""

SECURED = [
    (method, path)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
    if operation.get("security") and path != "/v1/placement"
]


def test_the_table_has_every_endpoint_that_needs_a_token() -> None:
    assert set(SECURED) == set(EXPECTED)


@pytest.fixture
async def ids(payer: Any) -> dict[str, str]:
    """One object of each kind, all of them the payer's."""
    wish = {"url": "https://shop.example/hooks"}
    endpoint = (await payer.post("/v1/webhook_endpoints", wish)).json()["id"]
    intent_id = await payer.paid()
    refund = await payer.post("/v1/refunds", {"payment_intent": intent_id, "amount": 1})
    told = await payer.get(f"/v1/webhook_endpoints/{endpoint}/deliveries")
    return {
        "customer_id": await payer.customer(),
        "payment_intent_id": intent_id,
        "refund_id": refund.json()["id"],
        "endpoint_id": endpoint,
        "delivery_id": told.json()["data"][0]["id"],
    }


@pytest.mark.parametrize(
    "caller", ["owner", "other", "admin", "user without scope", "service without scope", "nobody"]
)
async def test_each_caller_gets_what_the_table_says(
    payer: Any,
    other: Any,
    staff: Any,
    token_issuer: Any,
    ids: dict[str, str],
    subtests: pytest.Subtests,
    caller: str,
) -> None:
    tokens = {
        "user without scope": token_issuer.user(uuid4(), scopes=["payments:admin"]),
        "service without scope": token_issuer.service("profile", scopes=["payments"]),
    }
    known = {"owner": payer.headers, "other": other.headers, "admin": staff.headers, "nobody": {}}
    headers = known.get(caller) or (
        {"Authorization": f"Bearer {tokens[caller]}"} if caller in tokens else {}
    )
    bodies: dict[str, Any] = {
        "/v1/payment_intents": {"customer": ids["customer_id"], "amount": 5, "currency": "EUR"},
        "/v1/refunds": {"payment_intent": ids["payment_intent_id"], "amount": 1},
        "/v1/webhook_endpoints": {"url": "https://shop.example/hooks"},
    }
    for method, path in sorted(SECURED, key=lambda endpoint: endpoint[0] == "delete"):
        with subtests.test(method=method, path=path):
            reply = await payer.client.request(
                method,
                path.format(**ids),
                json=bodies.get(path) if method == "post" else None,
                headers={**headers, "Idempotency-Key": str(uuid4())},
            )
            by_caller = dict(zip(["owner", "other", "admin"], EXPECTED[method, path], strict=True))
            wanted = by_caller.get(caller, 401 if caller == "nobody" else 403)
            assert reply.status_code == wanted, reply.text
