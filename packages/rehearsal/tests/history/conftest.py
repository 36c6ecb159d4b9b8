"""A small run whose records and rows agree; each test spoils one thing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from rehearsal.exchanged import BalanceSeen, IntentSeen, RefundSeen, Sent, Shown
from rehearsal.history import Effect, Stored, StoredKey, StoredToken
from rehearsal.history.effects import TABLES
from rehearsal.records import FINAL, PREPARE, RUN, Record

ADA, INTENT, REFUND = "ada", "intent-1", "refund-1"
ROUTES = {
    "create": "create_payment_intent",
    "confirm": "confirm_payment_intent",
    "capture": "capture_payment_intent",
    "refund": "create_refund",
}


@dataclass
class Run:
    """Records that are one second apart, and the rows that they leave."""

    records: list[Record] = field(default_factory=list)
    stored: Stored = field(default_factory=Stored)

    def ask(
        self,
        kind: str,
        shows: Shown | None,
        *,
        status: int = 200,
        phase: str = RUN,
        failure: str = "",
        **sent: Any,
    ) -> Record:
        """Add a request that follows upon the last."""
        n = len(self.records) + 1
        record = Record(
            n, phase, kind, "payments", ADA, n, n, n + 0.5, status, failure, Sent(**sent), shows
        )
        self.records.append(record)
        if kind in ROUTES and not failure:
            record.sent.key = record.sent.key or f"run-{n}"
            self.stored.keys.append(StoredKey(record.sent.key, ROUTES[kind], status))
        if kind in TABLES and not failure:
            self.stored.effects.extend(
                Effect(table, f"{table}-{n}", INTENT, kind, record.sent.amount)
                for table in TABLES[kind]
            )
        return record

    def of(self, kind: str, phase: str = RUN) -> Record:
        """The first record of that kind and phase."""
        return next(r for r in self.records if r.kind == kind and r.phase == phase)

    def effect(self, table: str, kind: str) -> Effect:
        """The row that the step of that kind has left in that table."""
        return next(e for e in self.stored.effects if (e.table, e.kind) == (table, kind))

    def replace_effect(self, effect: Effect, **changes: Any) -> None:
        """Change a row."""
        index = self.stored.effects.index(effect)
        self.stored.effects[index] = replace(effect, **changes)


def intent(status: str, captured: int = 0, refunded: int = 0) -> Shown:
    seen = IntentSeen(INTENT, status, 100, "EUR", captured, refunded, "run-create")
    return Shown(intents=[seen])


def refund(amount: int = 30) -> Shown:
    return Shown(refunds=[RefundSeen(REFUND, INTENT, amount, "EUR", "succeeded")])


def balances(captured: int, refunded: int) -> Shown:
    return Shown(
        balances=[
            BalanceSeen("provider_clearing", "EUR", captured - refunded),
            BalanceSeen("sales", "EUR", -captured),
            BalanceSeen("refunds", "EUR", refunded),
        ]
    )


@pytest.fixture
def run() -> Run:
    """Ada logs in, pays 100 EUR, takes 30 back, and reads everything now and then."""
    run = Run()
    run.ask("login", Shown(token="t0"), phase=PREPARE)
    run.ask("balances", balances(500, 0), phase=PREPARE)
    run.ask("refresh", Shown(token="t1"), token="t0")
    run.ask("register", Shown(), status=202, email="eve@example.com")
    paid: dict[str, Any] = {"amount": 100, "currency": "EUR"}
    run.ask("create", intent("requires_payment_method"), status=201, key="run-create", **paid)
    run.ask("get", intent("requires_payment_method"), intent=INTENT)
    run.ask("confirm", intent("requires_capture"), intent=INTENT, **paid)
    run.ask("capture", intent("succeeded", 100), intent=INTENT, **paid)
    run.ask("list", replace(intent("succeeded", 100), more=True))
    run.ask("balances", balances(600, 0))
    run.ask("refund", refund(), status=201, intent=INTENT, amount=30, currency="EUR")
    run.ask("get_refund", refund(), refund=REFUND)
    run.ask("refresh", Shown(token="t2"), token="t1", phase=FINAL)
    run.ask("me", Shown(email="ada@example.com"), email="ada@example.com", phase=FINAL)
    run.ask("list", intent("succeeded", 100, 30), phase=FINAL)
    run.ask("balances", balances(600, 30), phase=FINAL)
    run.ask("get_refund", refund(), refund=REFUND, phase=FINAL)
    run.stored.tokens.extend(
        [
            StoredToken("t0", None, used=True, revoked=False),
            StoredToken("t1", "t0", used=True, revoked=False),
            StoredToken("t2", "t1", used=False, revoked=False),
        ]
    )
    run.stored.accounts["eve@example.com"] = (1, 1)
    return run
