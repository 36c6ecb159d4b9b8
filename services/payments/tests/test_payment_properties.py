"""Whatever clients, the provider and the account do: allowed steps alone, and books that agree.

A machine makes steps at random against the running service, whose provider declines, stays silent,
answers late and tells by webhooks; after each step the state is one that the step may lead to and
the tables agree with each other and with the provider's.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from payment_shop import BookedIntent, Fate, Sent, Shop, open_shop
from payments_service.provider.fake import PROGRAMS

pytestmark = pytest.mark.slow

QUICK = (Phase.explicit, Phase.generate)
"""Without looking for a shorter way to the same failure, which takes minutes."""
STEADY = settings(max_examples=4, stateful_step_count=25, derandomize=True, phases=QUICK)
LONG = settings(max_examples=8, stateful_step_count=50, print_blob=True)

FATES = st.sampled_from([Fate.ANSWERED] * 6 + list(Fate))
METHODS = st.sampled_from(["pm_fake_ok"] * 4 + [*PROGRAMS, "pm_nobody_knows"])
PERCENT = st.one_of(st.none(), st.integers(1, 110))
VERBS = ("confirm", "capture", "cancel")

BEGUN = {
    "confirm": {
        "requires_payment_method": "authorize",
        "requires_confirmation": "authorize",
        "requires_action": "authorize",
    },
    "capture": {"requires_capture": "capture"},
    "cancel": {
        "requires_payment_method": "",
        "requires_confirmation": "",
        "requires_action": "void",
        "requires_capture": "void",
    },
}
"""From where a step may be made, and what the provider is asked to do for it."""

ENDED = {
    "": {"canceled"},
    "authorize": {"requires_capture", "requires_action", "requires_payment_method"},
    "capture": {"succeeded", "requires_capture"},
    "void": {"canceled", "requires_capture", "requires_payment_method"},
}
"""Where an operation may lead to."""


class Payments(RuleBasedStateMachine):
    """A customer's payments.

    Args:
        shop: the service as the customer uses it.
        method: what the first payments are paid with.
    """

    intents: Bundle[UUID] = Bundle("intents")

    def __init__(self, shop: Shop, method: str) -> None:
        super().__init__()
        self.shop = shop
        self.method = method
        self.active = True
        self.known: dict[UUID, BookedIntent] = {}
        self.answered: list[Sent] = []

    @initialize(target=intents)
    def become_a_customer(self) -> Any:
        """Every run has a customer of its own, with payments that are some way already."""
        self.shop.new_customer()
        made = [self.create(1000, "EUR", self.method) for _ in VERBS]
        for steps, intent_id in zip([1, 2, 2], made, strict=True):
            for verb in VERBS[:steps]:
                self.step(verb, intent_id, {}, Fate.ANSWERED)
        return multiple(*made)

    @precondition(lambda self: len(self.known) < 5)
    @rule(
        target=intents,
        amount=st.integers(1, 10**12),
        currency=st.sampled_from(["EUR", "JPY", "KWD"]),
        method=st.one_of(st.none(), METHODS),
    )
    def make(self, amount: int, currency: str, method: str | None) -> Any:
        if self.active:
            return self.create(amount, currency, method)
        body = {"customer": str(self.shop.customer), "amount": amount, "currency": currency}
        assert self.shop.send("/v1/payment_intents", body).status == 409
        self.look({})
        return multiple()

    @rule(intent_id=intents, method=st.one_of(st.none(), METHODS), fate=FATES)
    def confirm(self, intent_id: UUID, method: str | None, fate: Fate) -> None:
        self.step("confirm", intent_id, {"payment_method": method}, fate)

    @rule(intent_id=intents, percent=PERCENT, fate=FATES)
    def capture(self, intent_id: UUID, percent: int | None, fate: Fate) -> None:
        self.step("capture", intent_id, {"amount": self.part(intent_id, percent)}, fate)

    @rule(intent_id=intents, fate=FATES)
    def cancel(self, intent_id: UUID, fate: Fate) -> None:
        self.step("cancel", intent_id, {}, fate)

    @rule(intent_id=intents, percent=PERCENT, fate=FATES)
    def refund(self, intent_id: UUID, percent: int | None, fate: Fate) -> None:
        known, amount = self.known[intent_id], self.part(intent_id, percent)
        left = known.captured - known.refunded - known.refunding
        body = {"payment_intent": str(intent_id), "amount": amount}
        sent = self.shop.send("/v1/refunds", body, fate=fate)
        self.look({intent_id: {known.status}})
        if known.status != "succeeded":
            assert sent.status == 409
        elif left == 0 or (amount is not None and amount > left):
            assert sent.status == 422
        else:
            assert sent.status == 201 or (sent.status is None and fate.kills)
            self.answered.append(sent)

    @rule(waiting=st.booleans())
    def reconcile(self, waiting: bool) -> None:
        if waiting:
            self.shop.let_time_pass()
        self.shop.reconcile()
        self.look(self.settled())

    @precondition(lambda self: self.shop.attempts())
    @rule(which=st.integers(0, 50), times=st.integers(1, 2))
    def a_webhook_comes(self, which: int, times: int) -> None:
        attempts = self.shop.attempts()
        for _ in range(times):
            assert self.shop.webhook_about(attempts[which % len(attempts)]) == 204
        self.look({})
        self.shop.reconcile()
        self.look(self.settled())

    @rule(active=st.booleans())
    def the_account_changes(self, active: bool) -> None:
        self.active = active
        self.shop.tell("reinstated" if active else "suspended")
        self.look({})

    @precondition(lambda self: not self.active)
    @rule(fate=FATES)
    def close(self, fate: Fate) -> None:
        self.shop.close_inactive(fate)
        steps = BEGUN["cancel"]
        self.look(
            {
                intent_id: {known.status, "processing", *ENDED["void"]}
                if steps[known.status]
                else {"canceled"}
                for intent_id, known in self.known.items()
                if known.status in steps
            }
        )

    @precondition(lambda self: self.answered)
    @rule(which=st.integers(0, 50))
    def repeat(self, which: int) -> None:
        first = self.answered[which % len(self.answered)]
        again = self.shop.send(first.path, first.body, key=first.key)
        assert again.reply is not None
        self.look({})
        if first.reply is None:
            assert again.status in {200, 201, 402, 409}
        else:
            assert (again.status, again.reply.content) == (first.status, first.reply.content)

    @invariant()
    def the_books_agree(self) -> None:
        for book in self.shop.books():
            book.check()

    def teardown(self) -> None:
        """Once everything was asked again, nothing is open."""
        for _ in range(2):
            self.shop.let_time_pass()
            self.shop.reconcile()
        for book in self.shop.books():
            book.check_at_rest()

    def create(self, amount: int, currency: str, method: str | None) -> UUID:
        """Make a payment."""
        body = {"customer": str(self.shop.customer), "amount": amount, "currency": currency}
        sent = self.shop.send("/v1/payment_intents", {**body, "payment_method": method})
        assert sent.reply is not None
        assert sent.status == 201
        self.answered.append(sent)
        intent_id = UUID(sent.reply.json()["id"])
        (made,) = [book for book in self.shop.books() if book.id == intent_id]
        wanted = "requires_confirmation" if method else "requires_payment_method"
        assert (made.status, made.amount, made.currency) == (wanted, amount, currency)
        self.known[intent_id] = made
        return intent_id

    def step(self, verb: str, intent_id: UUID, body: dict[str, Any], fate: Fate) -> None:
        """Make a step and see that it is done if and only if it may be."""
        known = self.known[intent_id]
        path = f"/v1/payment_intents/{intent_id}/{verb}"
        sent = self.shop.send(path, body, fate=fate)
        kind = BEGUN[verb].get(known.status)
        may = kind is not None and (self.active or verb == "cancel")
        if verb == "confirm" and known.status == "requires_payment_method":
            may = may and body.get("payment_method") is not None
        if verb == "confirm" and known.status == "requires_action":
            may = may and body.get("payment_method") is None
        if may and (body.get("amount") or 0) > known.amount:
            assert sent.status == 422
        elif kind is None or not may:
            assert sent.status == 409
        else:
            assert sent.status in {200, 402} or (sent.status is None and fate.kills)
            self.answered.append(sent)
            self.look({intent_id: {"processing", *ENDED[kind]}})
            return
        self.look({})

    def part(self, intent_id: UUID, percent: int | None) -> int | None:
        """That part of the payment's amount."""
        if percent is None:
            return None
        return max(1, self.known[intent_id].amount * percent // 100)

    def settled(self) -> dict[UUID, set[str]]:
        """Where payments may be once what was asked of the provider is known."""
        return {
            intent_id: {known.status, *ENDED[known.asked[0]]}
            for intent_id, known in self.known.items()
            if known.asked
        }

    def look(self, allowed: dict[UUID, set[str]]) -> None:
        """See where the payments are now: as before but for those that a step concerned."""
        now = {book.id: book for book in self.shop.books()}
        assert now.keys() == self.known.keys()
        for intent_id, book in now.items():
            before = self.known[intent_id].status
            assert book.status in allowed.get(intent_id, {before}), (before, book.status)
        self.known = now


@pytest.fixture
def shop(environment: Any, api: Any, token_issuer: Any, clock: Any) -> Any:
    with open_shop(api, token_issuer, clock) as opened:
        yield opened


def walk(shop: Shop, bounds: settings) -> None:
    """Let a machine walk within those bounds, once with each payment method to begin with."""
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    bounds = settings(bounds, deadline=None, database=None, suppress_health_check=checks)
    for method in PROGRAMS:
        machine: Any = partial(Payments, shop, method)
        run_state_machine_as_test(machine, settings=bounds)


def test_payments_take_allowed_steps_alone_and_the_books_agree(shop: Shop) -> None:
    walk(shop, STEADY)


@pytest.mark.long
def test_payments_hold_on_a_long_walk(shop: Shop) -> None:
    walk(shop, LONG)
