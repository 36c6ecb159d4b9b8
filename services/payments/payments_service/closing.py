"""Open payments of customers who may not pay any more are canceled.

Found by their state rather than by an event, so that a payment whose outcome at the provider
became known after the suspension is canceled too, and a killed process loses none.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
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

logger = structlog.get_logger(__name__)


async def close_inactive(cashier: Cashier, *, limit: int) -> int:
    """Cancel at most ``limit`` open payments of customers who may not pay; how many were open."""
    found = await cashier.database.run(_open, now=cashier.clock(), limit=limit)
    for intent_id in found:
        try:
            await cashier.perform(
                cancellations.begin,
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
