"""A suspension reaches payments by its event: what is open is canceled, no round is waited for."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.journey import accounts, payments
from tests.journey.client import Client
from tests.journey.mailbox import Mailbox
from tests.system.project import RunningProject

pytestmark = [pytest.mark.slow]

PATIENCE = 30.0
PASSWORD = "a long enough password"


def test_open_payments_of_a_suspended_user_are_canceled_and_captured_money_stays(
    running: RunningProject,
) -> None:
    mailbox = Mailbox(running.folder / ".data" / "mail")
    urls = {name: f"http://127.0.0.1:{port}" for name, port in running.ports.items()}
    with httpx.Client(timeout=60) as http:
        client = Client(http, urls)
        ada = accounts.new_user(client, mailbox, "to-be-suspended@example.com", PASSWORD)
        accounts.new_user(client, mailbox, "suspends@example.com", PASSWORD)
        running.auth("grant-role", "suspends@example.com", "admin")
        root, _ = accounts.log_in(client, "suspends@example.com", PASSWORD)
        waiting, held, paid = (authorized(ada, name) for name in ("waiting", "held", "paid"))
        payments.capture(ada, paid, "capture")
        user_id = accounts.me(ada)["id"]
        root.send("POST", "admin", f"/v1/admin/users/{user_id}/suspend")
        wait_for(ada, held, "canceled")
        wait_for(ada, waiting, "canceled")
        wait_for(ada, paid, "succeeded")
        refused = ada.send(
            "POST",
            "payments",
            "/v1/payment_intents",
            expect=409,
            json={"customer": payments.create_customer(ada)["id"], "amount": 5, "currency": "EUR"},
            headers=payments.key("late"),
        )
        assert refused.json()["code"] == "customer_suspended"


def authorized(client: Client, name: str) -> str:
    """The id of a payment that was confirmed; the one named waiting still asks for an action."""
    customer = payments.create_customer(client)["id"]
    made = payments.create_payment_intent(
        client, name, customer=customer, amount=1000, currency="EUR"
    )
    intent_id = str(made.json()["id"])
    method = "pm_fake_requires_action" if name == "waiting" else "pm_fake_ok"
    payments.confirm(client, intent_id, f"confirm {name}", payment_method=method)
    return intent_id


def wait_for(client: Client, intent_id: str, status: str) -> None:
    """Wait until the payment has that status."""
    deadline = time.monotonic() + PATIENCE
    path = f"/v1/payment_intents/{intent_id}"
    while (found := client.send("GET", "payments", path).json()["status"]) != status:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
