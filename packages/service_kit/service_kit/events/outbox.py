"""Writing an event in the transaction of the change that it tells of."""

from __future__ import annotations

from sqlalchemy import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from service_kit.events.event import Event
from service_kit.events.tables import outbox_of


async def append(session: AsyncSession, schema: str, event: Event) -> None:
    """Write an event; it exists if and only if the transaction commits.

    Args:
        session: the transaction of the change.
        schema: the service's.
        event: what happened.
    """
    connection = await session.connection()
    await connection.execute(
        insert(outbox_of(schema)).values(
            id=event.id,
            type=event.type,
            subject=event.subject,
            data=dict(event.data),
            occurred_at=event.time,
        )
    )
