"""Rules that hold for the whole of the payments, whoever wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import LiteralString

from shared_db.tool_connection import ToolConnection

_MOST = 20

RULES: Mapping[str, LiteralString] = {
    "all entries of the ledger sum to zero in each currency": """
SELECT 'ledger in ' || currency AS thing, 'sums to ' || sum(amount) AS what
  FROM payments.ledger_entries
 GROUP BY currency
HAVING sum(amount) <> 0
""",
    "a movement has the entries that it counts, and they sum to zero": """
SELECT 'ledger transaction ' || t.id AS thing,
       'has ' || count(e.id) || ' of ' || t.entry_count || ' entries, which sum to '
       || coalesce(sum(e.amount), 0) AS what
  FROM payments.ledger_transactions AS t
  LEFT JOIN payments.ledger_entries AS e ON e.transaction_id = t.id
 GROUP BY t.id
HAVING count(e.id) <> t.entry_count OR coalesce(sum(e.amount), 0) <> 0
 LIMIT %(most)s
""",
    "an entry belongs to a movement": """
SELECT 'ledger entry ' || e.id AS thing,
       'belongs to ' || e.transaction_id || ', which is not there' AS what
  FROM payments.ledger_entries AS e
 WHERE NOT EXISTS (SELECT FROM payments.ledger_transactions AS t WHERE t.id = e.transaction_id)
 LIMIT %(most)s
""",
    "a payment has captured what its captures say and what the ledger says": """
SELECT 'payment intent ' || p.id AS thing,
       'captured ' || p.captured || ', captures ' || coalesce(c.amount, 0)
       || ', ledger ' || coalesce(l.captured, 0) AS what
  FROM payments.payment_intents AS p
  LEFT JOIN (
    SELECT payment_intent_id, sum(amount) AS amount FROM payments.captures GROUP BY 1
  ) AS c ON c.payment_intent_id = p.id
  LEFT JOIN (
    SELECT t.payment_intent_id, -sum(e.amount) AS captured
      FROM payments.ledger_transactions AS t
      JOIN payments.ledger_entries AS e ON e.transaction_id = t.id AND e.account = 'sales'
     GROUP BY 1
  ) AS l ON l.payment_intent_id = p.id
 WHERE p.captured <> coalesce(c.amount, 0) OR p.captured <> coalesce(l.captured, 0)
 LIMIT %(most)s
""",
    "a payment has refunded what its refunds say and what the ledger says": """
SELECT 'payment intent ' || p.id AS thing,
       'refunded ' || p.refunded || ', refunds ' || coalesce(r.amount, 0)
       || ', ledger ' || coalesce(l.refunded, 0) AS what
  FROM payments.payment_intents AS p
  LEFT JOIN (
    SELECT payment_intent_id, sum(amount) AS amount
      FROM payments.refunds
     WHERE status = 'succeeded'
     GROUP BY 1
  ) AS r ON r.payment_intent_id = p.id
  LEFT JOIN (
    SELECT t.payment_intent_id, sum(e.amount) AS refunded
      FROM payments.ledger_transactions AS t
      JOIN payments.ledger_entries AS e ON e.transaction_id = t.id AND e.account = 'refunds'
     GROUP BY 1
  ) AS l ON l.payment_intent_id = p.id
 WHERE p.refunded <> coalesce(r.amount, 0) OR p.refunded <> coalesce(l.refunded, 0)
 LIMIT %(most)s
""",
    "the provider was asked to capture a payment once": """
SELECT 'charge ' || reference AS thing, count(*) || ' captures at the provider' AS what
  FROM payments.sandbox_operations
 WHERE kind = 'capture' AND result = 'succeeded'
 GROUP BY reference
HAVING count(*) > 1
 LIMIT %(most)s
""",
}
"""Each rule with the query that finds what breaks it."""


def violations(payments: ToolConnection) -> list[tuple[str, str]]:
    """What breaks the rules: the thing, and what is wrong with it; at most twenty by rule."""
    found: list[tuple[str, str]] = []
    for rule, query in RULES.items():
        for row in payments.execute(query, {"most": _MOST}):
            found.append((row["thing"], f"{row['what']}; the rule: {rule}"))  # noqa: PERF401
    return found
