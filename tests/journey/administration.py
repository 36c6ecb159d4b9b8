"""What an administrator sees."""

from __future__ import annotations

from typing import Any

from tests.journey.client import Client

SERVICE = "admin"


def search_users(client: Client, query: str) -> Any:
    """Accounts whose e-mail matches."""
    return client.send("GET", SERVICE, "/v1/admin/users", params={"q": query}).json()["data"]


def list_payments(client: Client, customer: str) -> Any:
    """Payment intents of a customer."""
    return client.send("GET", SERVICE, "/v1/admin/payments", params={"customer": customer}).json()[
        "data"
    ]


def placement(client: Client) -> Any:
    """Where each service lives."""
    return client.send("GET", SERVICE, "/v1/admin/placement").json()["data"]


def audit(client: Client) -> Any:
    """What administrators did, newest first."""
    return client.send("GET", SERVICE, "/v1/admin/audit").json()["data"]
