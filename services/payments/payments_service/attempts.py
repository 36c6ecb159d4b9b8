"""Attempts: operations at the provider, committed before it is called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from service_kit import new_id
from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service import idempotency
from payments_service.claims import Claim
from payments_service.models import PaymentAttempt, PaymentIntent
from payments_service.models.operations import AttemptStatus
from payments_service.provider.port import Operation, OperationKind, Outcome

_LOCK = (
    select(PaymentIntent, PaymentAttempt)
    .join(PaymentAttempt, col(PaymentAttempt.payment_intent_id) == col(PaymentIntent.id))
    .where(col(PaymentAttempt.id) == bindparam("attempt"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
"""Rows are locked in the order of the tables."""

LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Provision:
    """What an attempt needs to know about the provider.

    Args:
        name: the provider's name.
        sandbox: whether it takes the payment methods of the sandbox.
        patience: how long a call may take until reconciliation steps in.
    """

    name: str
    sandbox: bool
    patience: timedelta


async def begin(
    session: AsyncSession,
    request: Claim | None,
    kind: OperationKind,
    intent: PaymentIntent,
    *,
    amount: int,
    provision: Provision,
    now: datetime,
    refund_id: UUID | None = None,
) -> Operation:
    """Write the attempt and its request's key; what to ask of the provider once it is committed.

    Without a ``request`` the service acts for itself.

    Raises:
        IdempotencyKeyInFlight: a twin of the request was faster.
    """
    attempt = attempt_of(
        kind,
        intent,
        attempt_id=new_id(),
        amount=amount,
        provision=provision,
        now=now,
        refund_id=refund_id,
    )
    if request is None:
        session.add(attempt)
    else:
        await idempotency.hold(session, request, attempt)
    return operation_of(attempt, intent)


def attempt_of(
    kind: OperationKind,
    intent: PaymentIntent,
    *,
    attempt_id: UUID,
    amount: int,
    provision: Provision,
    now: datetime,
    refund_id: UUID | None,
) -> PaymentAttempt:
    """The attempt as it is before the provider was asked."""
    return PaymentAttempt(
        id=attempt_id,
        payment_intent_id=intent.id,
        refund_id=refund_id,
        kind=kind.value,
        status=AttemptStatus.PENDING.value,
        amount=amount,
        payment_method=intent.payment_method or "",
        provider=provision.name,
        provider_reference=intent.provider_reference,
        next_call_at=now + provision.patience,
        created_at=now,
    )


def operation_of(attempt: PaymentAttempt, intent: PaymentIntent) -> Operation:
    """What the attempt asks of the provider, the same at each repetition."""
    return Operation(
        kind=OperationKind(attempt.kind),
        idempotency_key=attempt.id,
        amount=attempt.amount,
        currency=intent.currency,
        payment_method=attempt.payment_method,
        reference=attempt.provider_reference,
    )


async def lock(session: AsyncSession, attempt_id: UUID) -> tuple[PaymentIntent, PaymentAttempt]:
    """The attempt and its intent, both locked, the intent first as everywhere."""
    return (await session.exec(_LOCK, params={"attempt": attempt_id})).one()


def finish(attempt: PaymentAttempt, outcome: Outcome, now: datetime) -> None:
    """Write down the provider's answer."""
    attempt.status = outcome.result.value
    attempt.provider_reference = outcome.reference
    attempt.error_code = outcome.error_code
    attempt.error_message = outcome.error_message
    attempt.next_call_at = None
    attempt.finished_at = now


async def take_due(
    session: AsyncSession, *, now: datetime, limit: int, patience: timedelta
) -> list[Operation]:
    """Attempts whose outcome is overdue; others leave them alone until the next pause is over.

    The pause doubles with each call, from ``patience`` up to an hour.
    """
    statement = (
        select(PaymentAttempt, PaymentIntent)
        .join(PaymentIntent, col(PaymentIntent.id) == col(PaymentAttempt.payment_intent_id))
        .where(
            col(PaymentAttempt.status) == AttemptStatus.PENDING.value,
            col(PaymentAttempt.next_call_at) <= now,
        )
        .order_by(col(PaymentAttempt.next_call_at))
        .limit(limit)
        .with_for_update(of=PaymentAttempt, skip_locked=True, key_share=True)
    )
    due = (await session.exec(statement)).all()
    for attempt, _ in due:
        pause = patience * 2 ** min(attempt.calls, 16)
        attempt.next_call_at = now + min(pause, LONGEST_PAUSE)
        attempt.calls += 1
    return [operation_of(attempt, intent) for attempt, intent in due]
