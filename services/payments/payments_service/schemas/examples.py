"""One payment as all replies show it, for the document of the API."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

INTENT_ID = "019aa5f0-6c1e-7b52-9d4c-3f1f6a0b7c11"
CUSTOMER_ID = "019aa5ef-1a40-7c0e-8a55-90c2d7e41b02"
ENDPOINT_ID = "019aa5f1-0d92-7f4e-b1a7-5c8e2d3f6a90"
CAPTURE_ID = "019aa5f2-3b7d-7a21-8f60-1e2d3c4b5a69"
MOMENT = "2026-11-21T14:03:22Z"


def shown(example: dict[str, Any]) -> ConfigDict:
    """The configuration of a model that is documented by ``example``."""
    return ConfigDict(json_schema_extra={"examples": [example]})


CUSTOMER = {
    "id": CUSTOMER_ID,
    "user_id": "019aa5ee-77f3-7d15-a3c9-4b5a69788796",
    "status": "active",
    "created_at": MOMENT,
}

PAYMENT_INTENT = {
    "id": INTENT_ID,
    "customer": CUSTOMER_ID,
    "amount": 1250,
    "amount_capturable": 1250,
    "amount_captured": 0,
    "amount_refunded": 0,
    "currency": "EUR",
    "status": "requires_capture",
    "payment_method": "pm_fake_ok",
    "next_action": None,
    "last_error": None,
    "description": "Order 1001",
    "metadata": {"order": "1001"},
    "cancellation_reason": None,
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "canceled_at": None,
}

REFUND = {
    "id": "019aa5f3-5e8c-7d37-9b12-a0b1c2d3e4f5",
    "payment_intent": INTENT_ID,
    "amount": 250,
    "currency": "EUR",
    "status": "succeeded",
    "reason": "requested_by_customer",
    "error": None,
    "created_at": MOMENT,
    "updated_at": MOMENT,
}

BALANCES = {
    "data": [
        {"account": "provider_clearing", "currency": "EUR", "balance": 1000},
        {"account": "refunds", "currency": "EUR", "balance": 250},
        {"account": "sales", "currency": "EUR", "balance": -1250},
    ]
}

LEDGER_TRANSACTION = {
    "id": "019aa5f2-3b80-7c44-a9d8-6f5e4d3c2b1a",
    "kind": "capture",
    "source": CAPTURE_ID,
    "payment_intent": INTENT_ID,
    "customer": CUSTOMER_ID,
    "created_at": MOMENT,
    "entries": [
        {"account": "provider_clearing", "amount": 1250, "currency": "EUR"},
        {"account": "sales", "amount": -1250, "currency": "EUR"},
    ],
}

WEBHOOK_ENDPOINT = {
    "id": ENDPOINT_ID,
    "url": "https://shop.example/webhooks",
    "events": ["payment.captured", "payment.refunded"],
    "status": "enabled",
    "created_at": MOMENT,
}

WEBHOOK_ENDPOINT_SECRET = {**WEBHOOK_ENDPOINT, "secret": "whsec_…"}

WEBHOOK_DELIVERY = {
    "id": "019aa5f2-3b84-7e5f-8c31-0a9b8c7d6e5f",
    "event_id": "019aa5f2-3b83-7b0c-9e42-1f2e3d4c5b6a",
    "event_type": "payment.captured",
    "status": "succeeded",
    "attempts": 1,
    "next_attempt_at": None,
    "last_status": 200,
    "last_error": None,
    "created_at": MOMENT,
    "finished_at": MOMENT,
}
