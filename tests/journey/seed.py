"""Fill the running services with users and payments: ``make seed USERS=20 PAYMENTS=5``."""

from __future__ import annotations

import os
import random
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import httpx
from shared_db.errors import SharedDbError

from tests.journey import accounts, payments, profiles
from tests.journey.client import Client, JourneyError
from tests.journey.mailbox import Mailbox
from tests.journey.operations import running_mailbox

CURRENCIES = ("CHF", "EUR", "JPY")
ENDS = ("created", "confirmed", "captured", "refunded")


class BadNumber(JourneyError):
    """A number of the environment cannot be used."""

    def __init__(self, variable: str, value: str) -> None:
        super().__init__(f"{variable}={value!r} is no number of at least 0: write {variable}=5.")


def number(variable: str, default: int) -> int:
    """The number in an environment variable.

    Raises:
        BadNumber: it is none, or negative.
    """
    value = os.environ.get(variable) or str(default)
    if not value.isdecimal():
        raise BadNumber(variable, value)
    return int(value)


def seed(client: Client, mailbox: Mailbox, users: int, per_user: int) -> Iterator[str]:
    """Make users, each with a profile and payments that end in different states.

    Yields:
        the e-mail address of each user, once all is made.
    """
    run = secrets.token_hex(4)
    for index in range(users):
        email = f"user{index}.{run}@example.com"
        user = accounts.new_user(client, mailbox, email, f"seeded password {run}")
        tag = profiles.read(user).headers["ETag"]
        profiles.change(user, tag, display_name=f"User {index}")
        customer = str(payments.create_customer(user)["id"]) if per_user else ""
        for payment in range(per_user):
            pay(user, customer, f"{run}-{index}-{payment}", ENDS[payment % len(ENDS)])
        yield email


def pay(user: Client, customer: str, key: str, end: str) -> None:
    """One payment, taken as far as ``end`` says."""
    amount = random.randint(100, 100_000)
    intent = payments.create_payment_intent(
        user, f"{key}-create", customer=customer, amount=amount, currency=random.choice(CURRENCIES)
    ).json()["id"]
    if end == "created":
        return
    payments.confirm(user, intent, f"{key}-confirm", payment_method="pm_fake_ok")
    if end == "confirmed":
        return
    payments.capture(user, intent, f"{key}-capture")
    if end == "refunded":
        payments.refund(user, intent, f"{key}-refund", amount=amount // 2)


def main() -> int:
    """Seed and count; 0 when all is made, 1 with one sentence when something stopped it."""
    try:
        users, per_user = number("USERS", 20), number("PAYMENTS", 5)
        with httpx.Client(timeout=30) as http:
            client = Client(http)
            client.check_running()
            for made, email in enumerate(seed(client, running_mailbox(), users, per_user), 1):
                print(f"{made}/{users} {email}")
    except (JourneyError, SharedDbError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Made {users} users with {per_user} payments each.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
