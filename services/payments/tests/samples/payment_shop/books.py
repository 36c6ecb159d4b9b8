"""What the tables say about each payment of a customer, and what must hold of it at any moment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

_BOOKS = """
SELECT
    i.id, i.status, i.amount, i.currency, i.captured, i.refunded, i.refunding, i.payment_method,
    (SELECT count(*) FROM payments.captures WHERE payment_intent_id = i.id) AS captures,
    (SELECT coalesce(sum(amount), 0) FROM payments.captures AS c
      WHERE payment_intent_id = i.id AND c.currency = i.currency) AS captured_rows,
    (SELECT coalesce(sum(amount), 0) FROM payments.refunds AS r
      WHERE payment_intent_id = i.id AND status = 'succeeded') AS refunded_rows,
    (SELECT coalesce(sum(amount), 0) FROM payments.refunds AS r
      WHERE payment_intent_id = i.id AND status = 'pending') AS refunding_rows,
    (SELECT coalesce(sum(amount), 0) FROM payments.payment_attempts AS a
      WHERE payment_intent_id = i.id AND status = 'pending' AND kind = 'refund')
        AS refunds_asked,
    (SELECT array_agg(kind) FROM payments.payment_attempts AS a
      WHERE payment_intent_id = i.id AND status = 'pending' AND kind <> 'refund') AS asked,
    (SELECT count(*) FROM payments.ledger_transactions WHERE payment_intent_id = i.id)
        AS movements,
    (SELECT count(*) FROM (
        SELECT FROM payments.ledger_transactions AS t
        JOIN payments.ledger_entries AS e ON e.transaction_id = t.id
        WHERE t.payment_intent_id = i.id
        GROUP BY e.currency
        HAVING sum(e.amount) <> 0 OR e.currency <> i.currency) AS wrong) AS unbalanced,
    (SELECT coalesce(-sum(e.amount), 0) FROM payments.ledger_transactions AS t
      JOIN payments.ledger_entries AS e ON e.transaction_id = t.id
      WHERE t.payment_intent_id = i.id AND e.account = 'sales') AS sales,
    (SELECT coalesce(sum(e.amount), 0) FROM payments.ledger_transactions AS t
      JOIN payments.ledger_entries AS e ON e.transaction_id = t.id
      WHERE t.payment_intent_id = i.id AND e.account = 'refunds') AS returned,
    (SELECT coalesce(sum(o.amount), 0) FROM payments.payment_attempts AS a
      JOIN payments.sandbox_operations AS o ON o.idempotency_key = a.id
      WHERE a.payment_intent_id = i.id AND o.kind = 'capture' AND o.result = 'succeeded')
        AS charged,
    (SELECT coalesce(sum(o.amount), 0) FROM payments.payment_attempts AS a
      JOIN payments.sandbox_operations AS o ON o.idempotency_key = a.id
      WHERE a.payment_intent_id = i.id AND o.kind = 'refund' AND o.result = 'succeeded')
        AS paid_back,
    (SELECT count(*) FROM payments.payment_attempts AS a
      LEFT JOIN payments.sandbox_operations AS o ON o.idempotency_key = a.id
      WHERE a.payment_intent_id = i.id AND a.status <> 'pending'
        AND (a.status, a.kind, a.amount) IS DISTINCT FROM (o.result, o.kind, o.amount))
        AS disputed,
    (SELECT coalesce(jsonb_object_agg(type, n), '{}')::text FROM (
        SELECT type, count(*) AS n FROM payments.outbox
        WHERE subject = i.id::text GROUP BY type) AS told) AS events
FROM payments.payment_intents AS i
WHERE i.customer_id = $1
ORDER BY i.id
"""


@dataclass(frozen=True, kw_only=True)
class BookedIntent:
    """A payment with the sums of all rows that belong to it."""

    id: UUID
    status: str
    amount: int
    currency: str
    captured: int
    refunded: int
    refunding: int
    payment_method: str | None
    captures: int
    captured_rows: int
    refunded_rows: int
    refunding_rows: int
    refunds_asked: int
    asked: list[str] | None
    movements: int
    unbalanced: int
    sales: int
    returned: int
    charged: int
    paid_back: int
    disputed: int
    events: dict[str, int]

    def check(self) -> None:
        """What holds at every moment, also while answers are out."""
        assert 0 <= self.refunded <= self.captured <= self.amount
        assert self.refunded + self.refunding <= self.captured
        assert (self.captured > 0) == (self.status == "succeeded")
        assert self.captures == (1 if self.captured else 0)
        assert self.captured == self.captured_rows == self.sales
        assert self.refunded == self.refunded_rows == self.returned
        assert self.refunding == self.refunding_rows == self.refunds_asked
        assert len(self.asked or []) == (1 if self.status == "processing" else 0)
        assert self.unbalanced == 0
        assert self.disputed == 0, "the provider's book says something else of a finished attempt"
        assert self.charged in {self.captured, self._charging}
        assert self.refunded <= self.paid_back <= self.refunded + self.refunding
        self._check_events()

    def check_at_rest(self) -> None:
        """What holds once every answer is known."""
        self.check()
        assert self.status != "processing"
        assert self.refunding == 0
        assert (self.charged, self.paid_back) == (self.captured, self.refunded)

    @property
    def _charging(self) -> int:
        """What the provider may have taken although its answer is still out."""
        return self.charged if self.asked == ["capture"] and self.charged <= self.amount else 0

    def _check_events(self) -> None:
        told = self.events.get
        assert told("payment.captured", 0) == self.captures
        assert told("payment.refunded", 0) == self.movements - self.captures
        assert told("payment.canceled", 0) == (self.status == "canceled")
        assert told("payment.authorized", 0) <= 1 + told("payment.canceled", 0)


async def books_of(connection: asyncpg.Connection, customer: UUID) -> list[BookedIntent]:
    """The payments of a customer, the oldest first."""
    found = []
    for record in await connection.fetch(_BOOKS, customer):
        row: dict[str, Any] = dict(record)
        row["events"] = json.loads(row["events"])
        found.append(BookedIntent(**row))
    return found
