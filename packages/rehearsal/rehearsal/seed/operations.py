"""Refunds, attempts at the provider, captures, and what the sandbox remembers of them."""

from __future__ import annotations

from psycopg import sql

from rehearsal.seed.payment import PAYMENT
from rehearsal.seed.table import SeededTable

_REFUNDS = """
{payment}
SELECT refund, intent, returned, currency, 'succeeded', refunded_at, refunded_at, NULL, NULL, NULL
  FROM payment
 WHERE refunded
"""
_ATTEMPTS = """
{payment}
SELECT a.id, intent, a.refund, a.kind, 'succeeded', a.amount, 'pm_fake_ok', 'fake', reference, 1,
       a.at, a.at, NULL, NULL, NULL::timestamptz
  FROM payment
 CROSS JOIN LATERAL (
    SELECT 'authorize', authorize_id, NULL::uuid, amount, confirmed_at WHERE authorised
    UNION ALL
    SELECT 'capture', take_id, NULL, taken, captured_at WHERE captured
    UNION ALL
    SELECT 'refund', give_back_id, refund, returned, refunded_at WHERE refunded
    ) AS a (kind, id, refund, amount, at)
"""
_CAPTURES = """
{payment}
SELECT capture, intent, take_id, taken, currency, captured_at
  FROM payment
 WHERE captured
"""
_SANDBOX = """
{payment}
SELECT a.id, a.kind, a.amount, currency, 'pm_fake_ok', reference, 'succeeded', 1, a.at, NULL
  FROM payment
 CROSS JOIN LATERAL (
    SELECT 'authorize', authorize_id, amount, confirmed_at WHERE authorised
    UNION ALL
    SELECT 'capture', take_id, taken, captured_at WHERE captured
    UNION ALL
    SELECT 'refund', give_back_id, returned, refunded_at WHERE refunded
    ) AS a (kind, id, amount, at)
"""

REFUNDS = SeededTable(
    "payments",
    "refunds",
    "id payment_intent_id amount currency status created_at updated_at "
    "reason error_code error_message",
    sql.SQL(_REFUNDS).format(payment=PAYMENT),
)
ATTEMPTS = SeededTable(
    "payments",
    "payment_attempts",
    "id payment_intent_id refund_id kind status amount payment_method "
    "provider provider_reference calls created_at finished_at "
    "error_code error_message next_call_at",
    sql.SQL(_ATTEMPTS).format(payment=PAYMENT),
)
CAPTURES = SeededTable(
    "payments",
    "captures",
    "id payment_intent_id attempt_id amount currency created_at",
    sql.SQL(_CAPTURES).format(payment=PAYMENT),
)
SANDBOX = SeededTable(
    "payments",
    "sandbox_operations",
    "idempotency_key kind amount currency payment_method reference "
    "result calls created_at error_code",
    sql.SQL(_SANDBOX).format(payment=PAYMENT),
)
