"""Events that could not be applied, kept with their error until somebody replays them.

What comes later about the same thing waits behind them, so that it is applied in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from service_kit.events.event import Event, Handler
from service_kit.events.inbox import Arrival, note, pass_over, position_of
from service_kit.events.tables import inbox_of


class OutOfTurn(Exception):
    """An earlier event about the same thing waits: replay that first."""

    def __init__(self, earlier: UUID) -> None:
        super().__init__(f"Event {earlier} about the same thing came before it: replay that first.")
        self.earlier = earlier


@dataclass(frozen=True)
class DeadLetter:
    """An event that could not be applied.

    Args:
        producer: whose feed it came from.
        event: the event.
        attempts: how often it was tried.
        error: what the last attempt raised.
        failed_at: when.
    """

    producer: str
    event: Event
    attempts: int
    error: str
    failed_at: datetime


async def bury(
    session: AsyncSession, schema: str, arrival: Arrival, *, attempts: int, error: str
) -> bool:
    """Keep an event that cannot be applied, and go on with the next one.

    Returns:
        False when somebody else has dealt with it meanwhile.
    """
    if arrival.position <= await position_of(session, schema, arrival.producer):
        return False
    _, _, letters = inbox_of(schema)
    connection = await session.connection()
    letter = insert(letters).values(
        producer=arrival.producer,
        event_id=arrival.event.id,
        type=arrival.event.type,
        subject=arrival.event.subject,
        data=dict(arrival.event.data),
        occurred_at=arrival.event.time,
        attempts=attempts,
        error=error,
        failed_at=func.now(),
    )
    await connection.execute(letter.on_conflict_do_nothing())
    await pass_over(session, schema, arrival)
    return True


async def hold(session: AsyncSession, schema: str, arrival: Arrival) -> bool:
    """Let an event wait behind a dead letter about the same thing.

    Returns:
        Whether it waits now.
    """
    earlier = await _first_about(session, schema, arrival.producer, arrival.event.subject)
    if earlier is None:
        return False
    error = f"Event {earlier} about the same thing came before it and waits."
    return await bury(session, schema, arrival, attempts=0, error=error)


async def dead_letters(
    session: AsyncSession, schema: str, *, limit: int = 100
) -> Sequence[DeadLetter]:
    """Dead letters from the oldest on."""
    _, _, letters = inbox_of(schema)
    connection = await session.connection()
    rows = await connection.execute(
        select(letters).order_by(letters.c.failed_at, letters.c.event_id).limit(limit)
    )
    return [
        DeadLetter(
            producer=row.producer,
            event=Event(row.type, row.subject, row.data, row.event_id, row.occurred_at),
            attempts=row.attempts,
            error=row.error,
            failed_at=row.failed_at,
        )
        for row in rows
    ]


async def replay(
    session: AsyncSession, schema: str, producer: str, event_id: UUID, handler: Handler
) -> bool:
    """Apply a dead letter and remove it, in one transaction.

    Returns:
        False when there is no such letter (any more).

    Raises:
        OutOfTurn: an earlier one about the same thing is still there.
    """
    _, _, letters = inbox_of(schema)
    connection = await session.connection()
    about = select(letters.c.subject).where(
        letters.c.producer == producer, letters.c.event_id == event_id
    )
    subject = (await connection.execute(about)).scalar()
    first = subject and await _first_about(session, schema, producer, subject)
    if first and first != event_id:
        raise OutOfTurn(first)
    taken = await connection.execute(
        delete(letters)
        .where(letters.c.producer == producer, letters.c.event_id == event_id)
        .returning(letters.c.type, letters.c.subject, letters.c.data, letters.c.occurred_at)
    )
    row = taken.first()
    if row is None:
        return False
    event = Event(row.type, row.subject, row.data, event_id, row.occurred_at)
    if await note(session, schema, producer, event):
        await handler(session, event)
    return True


async def _first_about(
    session: AsyncSession, schema: str, producer: str, subject: str
) -> UUID | None:
    """The event of the oldest dead letter about a subject."""
    _, _, letters = inbox_of(schema)
    connection = await session.connection()
    found = await connection.execute(
        select(letters.c.event_id)
        .where(letters.c.producer == producer, letters.c.subject == subject)
        .order_by(letters.c.failed_at, letters.c.event_id)
        .limit(1)
    )
    first: UUID | None = found.scalar()
    return first
