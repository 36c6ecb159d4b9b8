"""Paying: customer, payment intent, capture, refund and what the ledger says."""

from __future__ import annotations

from collections import Counter
from typing import Any

import httpx

from tests.journey.client import Client

SERVICE = "payments"


def key(value: str) -> dict[str, str]:
    """The header that makes a request safe to repeat."""
    return {"Idempotency-Key": value}


def create_customer(client: Client) -> Any:
    """Make the user a customer, unless the event of the registration has come first."""
    return client.send("POST", SERVICE, "/v1/customers", expect=(200, 201)).json()


def create_payment_intent(
    client: Client, idempotency_key: str, *, customer: str, amount: int, currency: str
) -> httpx.Response:
    """State the wish to pay an amount of minor units."""
    body = {"customer": customer, "amount": amount, "currency": currency}
    return client.send(
        "POST",
        SERVICE,
        "/v1/payment_intents",
        expect=201,
        json=body,
        headers=key(idempotency_key),
    )


def confirm(client: Client, intent: str, idempotency_key: str, *, payment_method: str) -> Any:
    """Authorise the amount with a payment method."""
    return client.send(
        "POST",
        SERVICE,
        f"/v1/payment_intents/{intent}/confirm",
        json={"payment_method": payment_method},
        headers=key(idempotency_key),
    ).json()


def capture(client: Client, intent: str, idempotency_key: str) -> Any:
    """Take the whole amount."""
    return client.send(
        "POST",
        SERVICE,
        f"/v1/payment_intents/{intent}/capture",
        json={},
        headers=key(idempotency_key),
    ).json()


def refund(client: Client, intent: str, idempotency_key: str, *, amount: int) -> Any:
    """Give a part back."""
    return client.send(
        "POST",
        SERVICE,
        "/v1/refunds",
        expect=201,
        json={"payment_intent": intent, "amount": amount},
        headers=key(idempotency_key),
    ).json()


def balances(client: Client) -> Any:
    """The balances of the ledger's accounts."""
    return client.send("GET", SERVICE, "/v1/ledger/balances").json()["data"]


def sums(rows: list[dict[str, Any]]) -> dict[str, int]:
    """The sum of all balances by currency; double entry makes each of them zero."""
    total: Counter[str] = Counter()
    for row in rows:
        total[row["currency"]] += row["balance"]
    return dict(total)
