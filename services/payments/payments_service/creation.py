"""Making a payment intent in one statement: key, intent and reply commit together.

The statement does what nearly always happens and nothing else. Where its conditions do not hold (a
repeated key, a twin in flight, a customer who may not pay) it changes nothing, and the ordinary
way in ``intents`` and ``idempotency`` tells why. A twin that committed after the statement's
snapshot is met by the unique key, which the caller takes for the same thing.
"""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

import asyncpg
from service_kit import new_id

from payments_service.claims import Claim
from payments_service.intent_rows import IntentRow
from payments_service.replies import Reply, intent_reply
from payments_service.schemas import CreatePaymentIntent
from payments_service.states import Event, Status, after

_CREATE = """
WITH claimed AS MATERIALIZED (
    SELECT pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended($1, 0)) AS alone
),
payer AS MATERIALIZED (
    SELECT customers.id
    FROM payments.customers, claimed
    WHERE claimed.alone
      AND customers.id = $2
      AND customers.user_id = $3
      AND customers.status = 'active'
      AND NOT EXISTS (
          SELECT FROM payments.idempotency_keys
          WHERE principal = $4 AND route = $5 AND key = $6
      )
),
kept AS (
    INSERT INTO payments.idempotency_keys
        (id, principal, route, key, fingerprint, reply_status, reply_body, created_at, completed_at)
    SELECT $7, $4, $5, $6, $8, 201, $9, $10, $10
    FROM payer
)
INSERT INTO payments.payment_intents
    (id, customer_id, amount, currency, status, captured, refunded, refunding,
     payment_method, description, details, created_at, updated_at)
SELECT $11, payer.id, $12, $13, $14, 0, 0, 0, $15, $16, $17::text::jsonb, $10, $10
FROM payer
RETURNING id
"""


async def create_at_once(
    connection: asyncpg.Connection,
    request: Claim,
    wish: CreatePaymentIntent,
    *,
    owner: UUID,
    now: datetime,
) -> Reply | None:
    """Make the intent and keep the reply; None when the ordinary way has to decide.

    Repeating it after a lost connection is safe: the key was committed with the intent or neither.
    """
    intent_id = new_id()
    status = Status.REQUIRES_PAYMENT_METHOD
    if wish.payment_method is not None:
        status = after(status, Event.ATTACH)
    reply = intent_reply(_row(intent_id, wish, status, now), status=201)
    try:
        made = await connection.fetchval(
            _CREATE,
            request.lock_name,
            wish.customer,
            owner,
            request.principal,
            request.route,
            request.key,
            new_id(),
            request.fingerprint,
            reply.body,
            now,
            intent_id,
            wish.amount,
            wish.currency,
            status.value,
            wish.payment_method,
            wish.description,
            json.dumps(wish.metadata),
        )
    except asyncpg.UniqueViolationError:
        return None
    return None if made is None else reply


def _row(intent_id: UUID, wish: CreatePaymentIntent, status: Status, now: datetime) -> IntentRow:
    return IntentRow(
        id=intent_id,
        customer_id=wish.customer,
        amount=wish.amount,
        currency=wish.currency,
        status=status.value,
        captured=0,
        refunded=0,
        payment_method=wish.payment_method,
        description=wish.description,
        details=wish.metadata,
        action_url=None,
        error_code=None,
        error_message=None,
        cancellation_reason=None,
        created_at=now,
        updated_at=now,
        canceled_at=None,
    )
