"""The whole journey of one client, step by step, each step checked before it is told."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import httpx

from tests.journey import accounts, administration, payments, profiles
from tests.journey.client import Client
from tests.journey.mailbox import Mailbox
from tests.journey.steps import Step, expect

AMOUNT = 4_200
REFUNDED = 1_200
CURRENCY = "EUR"


@dataclass
class Journey:
    """A client's way through all services.

    Args:
        client: a client without a token.
        mailbox: where the verification mail arrives.
        grant_admin: gives an e-mail address the role ``admin``, as an operator's command does.
    """

    client: Client
    mailbox: Mailbox
    grant_admin: Callable[[str], None]

    def __post_init__(self) -> None:
        self.run = secrets.token_hex(6)
        self.email = f"ada.{self.run}@example.com"
        self.password = f"correct horse {self.run}"
        self.customer = ""

    def steps(self) -> Iterator[Step]:
        """Walk, one step at a time.

        Raises:
            JourneyError: a step failed.
        """
        self.client.check_running()
        yield Step("Ask every service whether it is ready", ", ".join(self.client.urls))
        yield from self.become_a_user()
        yield from self.pay()
        yield from self.edit_the_profile()
        yield from self.look_after_all()

    def become_a_user(self) -> Iterator[Step]:
        """Register, verify, log in, refresh."""
        accounts.register(self.client, self.email, self.password)
        yield Step("Register", f"{self.email}; a mail is on its way")
        accounts.verify(self.client, self.mailbox.token_for(self.email))
        yield Step("Verify the address with the token of the mail", "the account is active")
        self.client, tokens = accounts.log_in(self.client, self.email, self.password)
        yield Step("Log in", f"an access token for {tokens['expires_in']} s and a refresh token")
        self.client, renewed = accounts.refresh(self.client, tokens["refresh_token"])
        expect(renewed["refresh_token"] != tokens["refresh_token"], "it rotates", "the same token")
        yield Step("Refresh the tokens", "both are new; the old refresh token is used up")
        account = accounts.me(self.client)
        expect(account["email"] == self.email, "the token names this user", account)
        yield Step("Read the own account", f"{account['id']}, {account['status']}")

    def pay(self) -> Iterator[Step]:
        """Pay, capture, refund, and check the ledger."""
        self.customer = payments.create_customer(self.client)["id"]
        yield Step("Become a customer", self.customer)
        intent = yield from self.create_intent_twice()
        confirmed = payments.confirm(
            self.client, intent, f"{self.run}-confirm", payment_method="pm_fake_ok"
        )
        expect(confirmed["status"] == "requires_capture", "the amount is authorised", confirmed)
        yield Step("Confirm with pm_fake_ok", "authorised, nothing taken yet")
        captured = payments.capture(self.client, intent, f"{self.run}-capture")
        expect(captured["amount_captured"] == AMOUNT, "the amount is captured", captured)
        yield Step("Capture", f"{AMOUNT} {CURRENCY} minor units, {captured['status']}")
        refund = payments.refund(self.client, intent, f"{self.run}-refund", amount=REFUNDED)
        expect(refund["status"] == "succeeded", "the refund went through", refund)
        yield Step("Refund a part", f"{REFUNDED} of {AMOUNT}")
        sums = payments.sums(payments.balances(self.client))
        expect(set(sums.values()) == {0}, "the ledger sums to zero", sums)
        yield Step("Sum the ledger", f"0 {' and '.join(sums)}: every debit has its credit")

    def create_intent_twice(self) -> Generator[Step, None, str]:
        """State the wish to pay, and repeat the request as after a lost reply."""
        first = self.create_intent()
        yield Step("Create a payment intent", f"{first.json()['id']}, {AMOUNT} {CURRENCY}")
        again = self.create_intent()
        expect(again.content == first.content, "the reply is the same bytes", again.text)
        yield Step("Repeat it with the same Idempotency-Key", "the same reply, byte for byte")
        return str(first.json()["id"])

    def create_intent(self) -> httpx.Response:
        """State the wish to pay, under the key of this journey."""
        return payments.create_payment_intent(
            self.client,
            f"{self.run}-create",
            customer=self.customer,
            amount=AMOUNT,
            currency=CURRENCY,
        )

    def edit_the_profile(self) -> Iterator[Step]:
        """Change the profile, and be refused with a stale tag."""
        tag = profiles.read(self.client).headers["ETag"]
        yield Step("Read the profile, made by this very read", f"ETag {tag}")
        changed = profiles.change(self.client, tag, display_name="Ada", time_zone="Europe/London")
        yield Step("Change it under If-Match", f"ETag {changed.headers['ETag']}")
        profiles.change(self.client, tag, expect=412, display_name="Too late")
        yield Step("Change it again with the old ETag", "412: nothing is overwritten unseen")

    def look_after_all(self) -> Iterator[Step]:
        """Become an administrator and look at users, payments, placement and audit."""
        self.grant_admin(self.email)
        self.client, _ = accounts.log_in(self.client, self.email, self.password)
        yield Step("Let a command grant the role admin, and log in again", "scope admin")
        users = administration.search_users(self.client, self.email)
        expect([u["email"] for u in users] == [self.email], "the search finds the user", users)
        yield Step("Search users", f"found {self.email}, {users[0]['status']}")
        found = administration.list_payments(self.client, self.customer)
        expect([p["amount_refunded"] for p in found] == [REFUNDED], "the payment is listed", found)
        yield Step("List the customer's payments", f"1 payment, {REFUNDED} refunded")
        homes = administration.placement(self.client)
        expect(all(h["error"] is None for h in homes), "every service tells its home", homes)
        told = ", ".join(f"{h['service']} in {h['home']['database']}" for h in homes)
        yield Step("Ask where the services live", told)
        acts = {entry["action"] for entry in administration.audit(self.client)}
        expect({"users.search", "payments.list"} <= acts, "the audit names both reads", acts)
        yield Step("Read the audit", "both reads are in it, with ids only")
