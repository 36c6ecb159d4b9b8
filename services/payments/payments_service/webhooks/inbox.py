"""Webhooks of the provider: each is written down once before it is acknowledged.

A message is taken as a sign that an outcome is known, never as the outcome: the attempt that it
names is asked about again, under its idempotency key. Hence a message that comes twice, late or
before the answer that it tells of changes nothing that the answer would not.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service.models import PaymentAttempt, ProviderEvent
from payments_service.models.operations import AttemptStatus
from payments_service.provider.port import ProviderMessage


async def receive(
    session: AsyncSession, provider: str, message: ProviderMessage, now: datetime
) -> bool:
    """Write the message down and have its attempt reconciled; False if it is known already."""
    statement = (
        insert(ProviderEvent)
        .values(
            provider=provider,
            message_id=message.message_id,
            attempt_id=message.attempt_id,
            received_at=now,
        )
        .on_conflict_do_nothing()
        .returning(col(ProviderEvent.message_id))
    )
    if (await session.exec(statement)).first() is None:
        return False
    await session.exec(
        update(PaymentAttempt)
        .where(
            col(PaymentAttempt.id) == message.attempt_id,
            col(PaymentAttempt.provider) == provider,
            col(PaymentAttempt.status) == AttemptStatus.PENDING.value,
            col(PaymentAttempt.next_call_at) > now,
        )
        .values(next_call_at=now)
    )
    return True
