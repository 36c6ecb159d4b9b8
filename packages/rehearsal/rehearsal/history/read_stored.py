"""Reads what the databases hold of the traffic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import LiteralString

from shared_db.tool_connection import ToolConnection

from rehearsal.history.invariants import violations
from rehearsal.history.stored import Effect, Stored, StoredKey, StoredToken
from rehearsal.records import Record

_EFFECTS: LiteralString = """
WITH intents AS (SELECT unnest(%(intents)s::uuid[]) AS id),
     attempts AS (
    SELECT a.*, CASE a.kind WHEN 'authorize' THEN 'confirm' ELSE a.kind END AS step
      FROM payments.payment_attempts AS a
      JOIN intents ON intents.id = a.payment_intent_id
     WHERE a.status = 'succeeded'
)
SELECT 'payment_attempts' AS table, id, payment_intent_id AS intent, step AS kind, amount
  FROM attempts
 UNION ALL
SELECT 'sandbox_operations', o.idempotency_key, a.payment_intent_id, a.step, o.amount
  FROM (SELECT DISTINCT payment_intent_id, provider_reference, kind, step FROM attempts) AS a
  JOIN payments.sandbox_operations AS o
    ON o.reference = a.provider_reference
   AND o.kind = a.kind
   AND o.result = 'succeeded'
 UNION ALL
SELECT 'outbox', e.id, intents.id,
       CASE e.type WHEN 'payment.authorized' THEN 'confirm'
                   WHEN 'payment.captured' THEN 'capture'
                   WHEN 'payment.refunded' THEN 'refund'
                   ELSE e.type END,
       (e.data ->> 'amount')::bigint
  FROM payments.outbox AS e
  JOIN intents ON intents.id::text = e.subject
 UNION ALL
SELECT 'captures', c.id, c.payment_intent_id, 'capture', c.amount
  FROM payments.captures AS c
  JOIN intents ON intents.id = c.payment_intent_id
 UNION ALL
SELECT 'refunds', r.id, r.payment_intent_id, 'refund', r.amount
  FROM payments.refunds AS r
  JOIN intents ON intents.id = r.payment_intent_id
 WHERE r.status = 'succeeded'
 UNION ALL
SELECT 'ledger_transactions', t.id, t.payment_intent_id, t.kind,
       (SELECT sum(e.amount) FROM payments.ledger_entries AS e
         WHERE e.transaction_id = t.id AND e.amount > 0)
  FROM payments.ledger_transactions AS t
  JOIN intents ON intents.id = t.payment_intent_id
"""

_KEYS: LiteralString = """
SELECT key, route, reply_status
  FROM payments.idempotency_keys
 WHERE key = ANY(%(keys)s)
"""

_TOKENS: LiteralString = """
SELECT encode(t.digest, 'hex') AS digest,
       encode(p.digest, 'hex') AS parent,
       t.used_at IS NOT NULL AS used,
       s.revoked_at IS NOT NULL AS revoked
  FROM auth.refresh_tokens AS t
  JOIN auth.sessions AS s ON s.id = t.session_id
  LEFT JOIN auth.refresh_tokens AS p ON p.id = t.parent_id
 WHERE t.session_id IN (
    SELECT session_id FROM auth.refresh_tokens WHERE encode(digest, 'hex') = ANY(%(tokens)s)
 )
"""

_ACCOUNTS: LiteralString = """
SELECT lower(u.email) AS email,
       count(DISTINCT u.id) AS accounts,
       count(e.id) AS events
  FROM auth.users AS u
  LEFT JOIN auth.outbox AS e ON e.subject = u.id::text AND e.type = 'user.registered'
 WHERE lower(u.email) = ANY(%(emails)s)
 GROUP BY lower(u.email)
"""


def read_stored(
    auth: ToolConnection, payments: ToolConnection, records: Sequence[Record]
) -> Stored:
    """The rows that the records should have left, and what is wrong with all rows.

    Args:
        auth: a connection to where accounts live, as a role that may read all.
        payments: the same for payments.
        records: of the run.
    """
    shown = [record.shows for record in records if record.shows is not None]
    effects = payments.execute(
        _EFFECTS,
        {"intents": _unique(seen.id for shows in shown for seen in shows.intents if seen.request)},
    )
    keys = payments.execute(_KEYS, {"keys": _unique(r.sent.key for r in records)})
    tokens = auth.execute(_TOKENS, {"tokens": _unique(shows.token for shows in shown)})
    emails = _unique(record.sent.email.lower() for record in records if record.kind == "register")
    accounts = auth.execute(_ACCOUNTS, {"emails": emails})
    return Stored(
        effects=[
            Effect(r["table"], str(r["id"]), str(r["intent"]), r["kind"], int(r["amount"] or 0))
            for r in effects
        ],
        keys=[StoredKey(row["key"], row["route"], row["reply_status"]) for row in keys],
        tokens=[StoredToken(**row) for row in tokens],
        accounts={row["email"]: (row["accounts"], row["events"]) for row in accounts},
        violations=violations(payments),
    )


def _unique(values: Iterable[str]) -> list[str]:
    return sorted({value for value in values if value})
