"""Writing down a provider's answer in one statement, with all that comes of it.

It does so if the payment is still as the step left it. The rows are locked in the same order as
elsewhere: the intent, then its attempt.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import asyncpg
from service_kit import new_id
from shared_db import Database

from payments_service.at_once.named import Named
from payments_service.models import OutboxEvent, PaymentIntent
from payments_service.replies import Reply
from payments_service.settlement import Settlement
from payments_service.webhooks.messages import message_of

_LOCKED = """
WITH locked AS MATERIALIZED (
    SELECT intent.id, intent.customer_id
    FROM payments.payment_intents AS intent
    JOIN payments.payment_attempts AS attempt ON attempt.payment_intent_id = intent.id
    WHERE attempt.id = :attempt
      AND attempt.status = 'pending'
      AND intent.status = :seen_status
      AND intent.captured = :seen_captured
      AND intent.refunded = :seen_refunded
      AND intent.refunding = :seen_refunding
      AND intent.updated_at = :seen_updated_at
    FOR NO KEY UPDATE
),
"""
_SETTLED = """
settled AS MATERIALIZED (
    SELECT id FROM locked
),
"""
_SETTLED_WITH_RECEIVERS = """
receivers AS MATERIALIZED (
    SELECT endpoint.id, row_number() OVER (ORDER BY endpoint.id) AS place
    FROM locked
    JOIN payments.customers AS customer ON customer.id = locked.customer_id
    JOIN payments.webhook_endpoints AS endpoint
      ON endpoint.user_id IS NULL OR endpoint.user_id = customer.user_id
    WHERE endpoint.status = 'enabled' AND endpoint.events @> :event_types::text::jsonb
),
settled AS MATERIALIZED (
    SELECT id FROM locked
    WHERE (SELECT count(*) FROM receivers) <= cardinality(:deliveries::uuid[])
),
told AS (
    INSERT INTO payments.outbox (id, type, subject, data, occurred_at)
    SELECT :event, :event_type, :event_subject, :event_data::text::jsonb, :now
    FROM settled
),
delivered AS (
    INSERT INTO payments.webhook_deliveries
        (id, endpoint_id, event_id, event_type, body, status, attempts, next_attempt_at, created_at)
    SELECT (:deliveries::uuid[])[receivers.place], receivers.id, :event, :event_type, :message,
           'pending', 0, :now, :now
    FROM settled, receivers
),
"""
_REFUNDED = """
refunded AS (
    UPDATE payments.refunds
    SET status = :refund_status, error_code = :refund_error_code,
        error_message = :refund_error_message, updated_at = :now
    FROM settled
    WHERE refunds.id = :refund
),
"""
_CAPTURED = """
captured AS (
    INSERT INTO payments.captures
        (id, payment_intent_id, attempt_id, amount, currency, created_at)
    SELECT :capture, settled.id, :attempt, :capture_amount, :currency, :now
    FROM settled
),
"""
_MOVED = """
moved AS (
    INSERT INTO payments.ledger_transactions
        (id, kind, source_id, payment_intent_id, customer_id, entry_count, created_at)
    SELECT :movement, :movement_kind, :movement_source, settled.id, :customer, 2, :now
    FROM settled
),
entered AS (
    INSERT INTO payments.ledger_entries (id, transaction_id, account, amount, currency)
    SELECT side.id, :movement, side.account, side.amount, :currency
    FROM settled, (VALUES
        (:debit::uuid, :debit_account::text, :debit_amount::bigint),
        (:credit::uuid, :credit_account::text, :credit_amount::bigint)
    ) AS side (id, account, amount)
),
"""
_REST = """
finished AS (
    UPDATE payments.payment_attempts
    SET status = :attempt_status, provider_reference = :attempt_reference,
        error_code = :attempt_error_code, error_message = :attempt_error_message,
        next_call_at = NULL, finished_at = :now
    FROM settled
    WHERE payment_attempts.id = :attempt
),
changed AS (
    UPDATE payments.payment_intents
    SET status = :status, captured = :captured, refunded = :refunded, refunding = :refunding,
        payment_method = :payment_method, provider_reference = :provider_reference,
        action_url = :action_url, error_code = :error_code, error_message = :error_message,
        updated_at = :updated_at
    FROM settled
    WHERE payment_intents.id = settled.id
),
answered AS (
    UPDATE payments.idempotency_keys
    SET reply_status = :reply_status, reply_body = :reply_body, completed_at = :now
    FROM settled
    WHERE attempt_id = :attempt AND reply_body IS NULL
    RETURNING attempt_id
)
SELECT EXISTS (SELECT FROM answered) AS answered FROM settled
"""
_MOST_RECEIVERS = 8
"""More endpoints that want one event are left to the ordinary way."""

Seen = tuple[str, int, int, int, Any]


def seen_of(intent: PaymentIntent) -> Seen:
    """What tells whether a payment has changed: its state, its money and when it last did."""
    return intent.status, intent.captured, intent.refunded, intent.refunding, intent.updated_at


async def record_at_once(
    database: Database, answer: Settlement, reply: Reply, *, seen: Seen
) -> bool:
    """Write down what the rules made of the answer; False when the ordinary way has to.

    Then nothing is done; or the answer is written down, but the request was replied to before.

    Args:
        database: where to.
        answer: what the rules were applied to.
        reply: what they reply to the request.
        seen: the payment as the step left it (``seen_of``), before the rules changed it.
    """
    statement = _statement(
        refund=answer.refund is not None,
        capture=answer.capture is not None,
        movement=answer.movement is not None,
        event=answer.event is not None,
    )
    values = _of_step(answer, reply, seen) | _of_effects(answer)
    try:
        row = await database.write(statement.text, *statement.arguments(values))
    except (asyncpg.UniqueViolationError, asyncpg.ForeignKeyViolationError):
        return False  # settled by another process, or an endpoint was just deleted
    return row is not None and row["answered"]


@cache
def _statement(*, refund: bool, capture: bool, movement: bool, event: bool) -> Named:
    parts = [_LOCKED, _SETTLED_WITH_RECEIVERS if event else _SETTLED]
    parts += [_REFUNDED] if refund else []
    parts += [_CAPTURED] if capture else []
    parts += [_MOVED] if movement else []
    return Named("".join([*parts, _REST]))


def _of_step(answer: Settlement, reply: Reply, seen: Seen) -> dict[str, Any]:
    intent, attempt = answer.intent, answer.attempt
    names = ("status", "captured", "refunded", "refunding", "updated_at")
    return {f"seen_{name}": value for name, value in zip(names, seen, strict=True)} | {
        "attempt": attempt.id,
        "attempt_status": attempt.status,
        "attempt_reference": attempt.provider_reference,
        "attempt_error_code": attempt.error_code,
        "attempt_error_message": attempt.error_message,
        "status": intent.status,
        "captured": intent.captured,
        "refunded": intent.refunded,
        "refunding": intent.refunding,
        "payment_method": intent.payment_method,
        "provider_reference": intent.provider_reference,
        "action_url": intent.action_url,
        "error_code": intent.error_code,
        "error_message": intent.error_message,
        "updated_at": intent.updated_at,
        "customer": intent.customer_id,
        "currency": intent.currency,
        "reply_status": reply.status,
        "reply_body": reply.body,
        "now": answer.now,
    }


def _of_effects(answer: Settlement) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if (refund := answer.refund) is not None:
        values |= {
            "refund": refund.id,
            "refund_status": refund.status,
            "refund_error_code": refund.error_code,
            "refund_error_message": refund.error_message,
        }
    if (capture := answer.capture) is not None:
        values |= {"capture": capture.id, "capture_amount": capture.amount}
    if (movement := answer.movement) is not None:
        transaction, (debit, credit) = movement.transaction, movement.entries
        values |= {
            "movement": transaction.id,
            "movement_kind": transaction.kind,
            "movement_source": transaction.source_id,
            "debit": debit.id,
            "debit_account": debit.account,
            "debit_amount": debit.amount,
            "credit": credit.id,
            "credit_account": credit.account,
            "credit_amount": credit.amount,
        }
    return values if answer.event is None else values | _of_event(answer.event)


def _of_event(event: OutboxEvent) -> dict[str, Any]:
    return {
        "event": event.id,
        "event_type": event.type,
        "event_types": json.dumps([event.type]),
        "event_subject": event.subject,
        "event_data": json.dumps(event.data),
        "message": message_of(event),
        "deliveries": [new_id() for _ in range(_MOST_RECEIVERS)],
    }
