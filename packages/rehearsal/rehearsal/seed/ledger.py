"""The ledger of seeded payments: a balanced movement for each capture and each refund."""

from __future__ import annotations

from psycopg import sql

from rehearsal.seed.identifiers import uuid7
from rehearsal.seed.payment import CAPTURED, PAYMENT, REFUNDED
from rehearsal.seed.table import SeededTable

_POSTED = sql.SQL("CASE m.kind WHEN 'capture' THEN {captured} ELSE {refunded} END").format(
    captured=uuid7("posted capture", "i", CAPTURED),
    refunded=uuid7("posted refund", "i", REFUNDED),
)

_TRANSACTIONS = """
{payment}
SELECT {posted}, m.kind, m.source, intent, customer, 2, m.at
  FROM payment
 CROSS JOIN LATERAL (
    SELECT 'capture', capture, captured_at WHERE captured
    UNION ALL
    SELECT 'refund', refund, refunded_at WHERE refunded
    ) AS m (kind, source, at)
"""
_ENTRIES = """
{payment}
SELECT {entry}, {posted}, m.account, m.amount, currency
  FROM payment
 CROSS JOIN LATERAL (
    SELECT 'capture', 'provider_clearing', taken, captured_at WHERE captured
    UNION ALL
    SELECT 'capture', 'sales', -taken, captured_at WHERE captured
    UNION ALL
    SELECT 'refund', 'refunds', returned, refunded_at WHERE refunded
    UNION ALL
    SELECT 'refund', 'provider_clearing', -returned, refunded_at WHERE refunded
    ) AS m (kind, account, amount, at)
"""

LEDGER_TRANSACTIONS = SeededTable(
    "payments",
    "ledger_transactions",
    "id kind source_id payment_intent_id customer_id entry_count created_at",
    sql.SQL(_TRANSACTIONS).format(payment=PAYMENT, posted=_POSTED),
)
LEDGER_ENTRIES = SeededTable(
    "payments",
    "ledger_entries",
    "id transaction_id account amount currency",
    sql.SQL(_ENTRIES).format(
        payment=PAYMENT,
        posted=_POSTED,
        entry=uuid7("entry", "i || m.account || m.kind", "m.at"),
    ),
)
