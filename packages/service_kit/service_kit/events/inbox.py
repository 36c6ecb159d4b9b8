"""Applying an event exactly once: its id is noted in the transaction that applies it."""

from __future__ import annotations

from dataclasses import dataclass

from shared_db import Database
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from service_kit.events.event import Event, Handler
from service_kit.events.tables import inbox_of


@dataclass(frozen=True)
class Arrival:
    """An event as it came from a feed.

    Args:
        producer: whose feed.
        position: its place there.
        event: the event.
    """

    producer: str
    position: int
    event: Event


async def read_up_to(database: Database, producer: str) -> int:
    """How far a producer's feed has been read, as far as this process can see now."""
    schema = database.service.schema
    statement = f"SELECT position FROM {schema}.feed_positions WHERE producer = $1"  # noqa: S608
    return int(await database.value(statement, producer) or 0)


async def position_of(session: AsyncSession, schema: str, producer: str) -> int:
    """How far a producer's feed has been read; other readers of it wait until the commit."""
    _, positions, _ = inbox_of(schema)
    connection = await session.connection()
    begin = insert(positions).values(producer=producer, position=0)
    await connection.execute(begin.on_conflict_do_nothing())
    found = await connection.execute(
        select(positions.c.position).where(positions.c.producer == producer).with_for_update()
    )
    return int(found.scalar_one())


async def apply(
    session: AsyncSession, schema: str, arrival: Arrival, handler: Handler | None
) -> bool:
    """Apply an event unless it has been, and move the position past it.

    Returns:
        Whether it was applied now.
    """
    if arrival.position <= await position_of(session, schema, arrival.producer):
        return False
    new = handler is not None and await note(session, schema, arrival.producer, arrival.event)
    if new and handler is not None:
        await handler(session, arrival.event)
    await pass_over(session, schema, arrival)
    return new


async def note(session: AsyncSession, schema: str, producer: str, event: Event) -> bool:
    """Note that an event is applied; False when it was before."""
    inbox, _, _ = inbox_of(schema)
    connection = await session.connection()
    entry = insert(inbox).values(
        producer=producer, event_id=event.id, type=event.type, applied_at=func.now()
    )
    noted = await connection.execute(entry.on_conflict_do_nothing().returning(inbox.c.event_id))
    return noted.first() is not None


async def pass_over(session: AsyncSession, schema: str, arrival: Arrival) -> None:
    """Move the position past an event."""
    _, positions, _ = inbox_of(schema)
    connection = await session.connection()
    await connection.execute(
        update(positions)
        .values(position=arrival.position)
        .where(positions.c.producer == arrival.producer)
        .where(positions.c.position < arrival.position)
    )
