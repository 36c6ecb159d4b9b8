"""Beginning a step in one statement: key, intent, attempt (and refund) are committed together.

The rows are locked in the same order as elsewhere: the intent, then its customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from service_kit import new_id
from shared_db import Database

from payments_service import attempts
from payments_service.at_once.named import Named
from payments_service.attempts import Provision
from payments_service.claims import Claim
from payments_service.models import PaymentAttempt, PaymentIntent, Refund
from payments_service.provider.port import Operation, OperationKind
from payments_service.states import Status

_COLUMNS = [one.name for one in PaymentIntent.metadata.tables["payments.payment_intents"].columns]
_BEGIN = """
WITH claimed AS MATERIALIZED (
    SELECT pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended(:lock_name, 0)) AS alone
),
ready AS MATERIALIZED (
    SELECT intent.id, {amount} AS asked
    FROM claimed, payments.payment_intents AS intent
    JOIN payments.customers AS customer ON customer.id = intent.customer_id
    WHERE claimed.alone
      AND intent.id = :intent
      AND intent.status = ANY (:possible::text[])
      AND {condition}
      AND NOT EXISTS (
          SELECT FROM payments.idempotency_keys
          WHERE principal = :principal AND route = :route AND key = :key
      )
    FOR NO KEY UPDATE OF intent{lock}
),
begun AS (
    UPDATE payments.payment_intents AS intent
    SET {changes}, updated_at = :now
    FROM ready
    WHERE intent.id = ready.id
    RETURNING ready.asked, {columns}
),
{more}
attempted AS (
    INSERT INTO payments.payment_attempts
        (id, payment_intent_id, refund_id, kind, status, amount, payment_method, provider,
         provider_reference, calls, next_call_at, created_at)
    SELECT :attempt, id, :refund, :kind, 'pending', asked, coalesce(payment_method, ''), :provider,
           provider_reference, 1, :next_call_at, :now
    FROM begun
),
kept AS (
    INSERT INTO payments.idempotency_keys
        (id, principal, route, key, fingerprint, attempt_id, created_at)
    SELECT :key_id, :principal, :route, :key, :fingerprint, :attempt, :now
    FROM begun
)
SELECT * FROM begun
"""
OF_PAYER = "customer.user_id = :owner AND customer.status = 'active'"
"""The condition of steps that only the customer may take, and only one who may pay."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A step that is to begin.

    Args:
        statement: what begins it.
        kind: what will be asked of the provider.
        request: whose key is taken.
        intent_id: the payment.
        possible: the states in which the step can begin.
        values: what the statement takes besides.
        provision: what an attempt needs to know about the provider.
        now: when.
        refund: the refund that it makes; its amount is what the statement finds.
    """

    statement: Named
    kind: OperationKind
    request: Claim
    intent_id: UUID
    possible: list[Status]
    values: dict[str, Any]
    provision: Provision
    now: datetime
    refund: Refund | None = None


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A step that was begun, and the rows as it left them."""

    operation: Operation
    intent: PaymentIntent
    attempt: PaymentAttempt
    refund: Refund | None


def opening(
    *, amount: str, condition: str, changes: str, share_customer: bool = True, more: str = ""
) -> Named:
    """A statement that begins a kind of step.

    Args:
        amount: SQL for the amount that is asked of the provider.
        condition: what must hold of ``intent`` and ``customer``.
        changes: what becomes of the intent.
        share_customer: whether the customer is locked against a suspension.
        more: statements that write more from ``begun``, each followed by a comma.
    """
    return Named(
        _BEGIN.format(
            amount=amount,
            condition=condition,
            changes=changes,
            lock=" FOR SHARE OF customer" if share_customer else "",
            columns=", ".join(f"intent.{name}" for name in _COLUMNS),
            more=more,
        )
    )


async def begin_at_once(database: Database, step: Opening) -> Begun | None:
    """Begin the step; None, and nothing done, when the ordinary way has to decide."""
    request, attempt_id = step.request, new_id()
    values = step.values | {
        "lock_name": request.lock_name,
        "principal": request.principal,
        "route": request.route,
        "key": request.key,
        "fingerprint": request.fingerprint,
        "key_id": new_id(),
        "intent": step.intent_id,
        "possible": step.possible,
        "kind": step.kind.value,
        "attempt": attempt_id,
        "refund": None if step.refund is None else step.refund.id,
        "provider": step.provision.name,
        "next_call_at": step.now + step.provision.patience,
        "now": step.now,
    }
    try:
        row = await database.write(step.statement.text, *step.statement.arguments(values))
    except asyncpg.UniqueViolationError:
        return None
    if row is None:
        return None
    intent = PaymentIntent(**{name: row[name] for name in _COLUMNS})
    if step.refund is not None:
        step.refund.amount, step.refund.currency = row["asked"], intent.currency
    attempt = attempts.attempt_of(
        step.kind,
        intent,
        attempt_id=attempt_id,
        amount=row["asked"],
        provision=step.provision,
        now=step.now,
        refund_id=values["refund"],
    )
    return Begun(
        operation=attempts.operation_of(attempt, intent),
        intent=intent,
        attempt=attempt,
        refund=step.refund,
    )
