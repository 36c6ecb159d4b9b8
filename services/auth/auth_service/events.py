"""Events about users, written to the outbox in the transaction of the change."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from service_kit import new_id
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.models import OutboxEvent


class EventType(StrEnum):
    """The types that the declaration of the service announces."""

    REGISTERED = "user.registered"
    SUSPENDED = "user.suspended"
    REINSTATED = "user.reinstated"
    ERASED = "user.erased"


def record(session: AsyncSession, kind: EventType, user_id: UUID, now: datetime) -> None:
    """Write an event; it names the user by id alone, since events outlive an erasure."""
    session.add(
        OutboxEvent(
            id=new_id(),
            type=kind.value,
            subject=str(user_id),
            data={"user_id": str(user_id)},
            occurred_at=now,
        )
    )
