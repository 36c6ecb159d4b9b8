"""Events about payments, written to the outbox in the transaction of the change."""

from __future__ import annotations

from datetime import datetime

from service_kit import new_id
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service.event_types import EventType
from payments_service.models import OutboxEvent, PaymentIntent
from payments_service.webhooks import messages

__all__ = ["EventType", "event_of", "record"]


def event_of(kind: EventType, intent: PaymentIntent, *, amount: int, now: datetime) -> OutboxEvent:
    """The event that tells of a change.

    Args:
        kind: the type of the event.
        intent: the payment, its new state already set.
        amount: what was authorised, captured, released or refunded, in minor units.
        now: when it happened.
    """
    data = {
        "payment_intent": str(intent.id),
        "customer": str(intent.customer_id),
        "status": intent.status,
        "amount": amount,
        "currency": intent.currency,
    }
    return OutboxEvent(
        id=new_id(), type=kind.value, subject=str(intent.id), data=data, occurred_at=now
    )


async def record(session: AsyncSession, event: OutboxEvent, intent: PaymentIntent) -> None:
    """Write an event to the outbox and for webhooks, if and only if the transaction commits."""
    await messages.write(session, event, intent.customer_id)
