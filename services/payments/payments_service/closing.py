"""Open payments of customers who may not pay any more are canceled.

The event of the account leaves a job to do so at once (``order``, ``close_by_job``). Payments are
found by their state rather than by the event, so that the rounds of reconciliation also cancel one
whose outcome at the provider became known after the suspension.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from service_kit.jobs import Job, enqueue
from sqlmodel import col, exists, select
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service import cancellations
from payments_service.cashier import Cashier
from payments_service.errors import WrongState
from payments_service.models import Customer, PaymentAttempt, PaymentIntent
from payments_service.models.intents import CustomerStatus
from payments_service.models.operations import AttemptStatus
from payments_service.provider.port import OperationKind
from payments_service.schemas import CancelPaymentIntent
from payments_service.states import FINAL, Status

REFUSED_PAUSE = timedelta(hours=1)
"""For how long a provider that refused to release money is not asked again."""

CLOSE = "close_payments"
_AT_ONCE = 50

logger = structlog.get_logger(__name__)


async def order(session: AsyncSession, user_id: UUID) -> None:
    """Have the open payments of a user canceled as soon as this transaction is committed."""
    await enqueue(session, "payments", CLOSE, {"user": str(user_id)})


def close_by_job(cashier: Cashier) -> Callable[[Job], Awaitable[None]]:
    """What is done with such a job; it may be done again, and finds nothing then."""

    async def close(_job: Job) -> None:
        while await close_inactive(cashier, limit=_AT_ONCE) == _AT_ONCE:
            pass

    return close


async def close_inactive(cashier: Cashier, *, limit: int) -> int:
    """Cancel at most ``limit`` open payments of customers who may not pay; how many were open."""
    found = await cashier.database.run(_open, now=cashier.clock(), limit=limit)
    for intent_id in found:
        try:
            await cashier.perform(
                cancellations.CANCEL,
                None,
                intent_id,
                CancelPaymentIntent(),
                owner=None,
                provision=cashier.provision,
                now=cashier.clock(),
            )
        except WrongState:
            logger.info("payment_changed_before_closing", payment_intent=str(intent_id))
    return len(found)


async def _open(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    refused = exists().where(
        col(PaymentAttempt.payment_intent_id) == col(PaymentIntent.id),
        col(PaymentAttempt.kind) == OperationKind.VOID.value,
        col(PaymentAttempt.status) == AttemptStatus.FAILED.value,
        col(PaymentAttempt.finished_at) > now - REFUSED_PAUSE,
    )
    statement = (
        select(PaymentIntent.id)
        .join(Customer, col(Customer.id) == col(PaymentIntent.customer_id))
        .where(
            col(Customer.status) != CustomerStatus.ACTIVE.value,
            col(PaymentIntent.status).not_in([status.value for status in FINAL]),
            col(PaymentIntent.status) != Status.PROCESSING.value,
            ~refused,
        )
        .limit(limit)
    )
    return list((await session.exec(statement)).all())
