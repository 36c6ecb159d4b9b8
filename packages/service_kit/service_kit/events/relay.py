"""The relay: it gives committed events their places in the feed.

A sequence counts in the order of inserts, not of commits: a reader of "everything after 7" would
miss number 6, committed later. So events get no place when they are written. One relay at a time
looks at what is committed and counts on from the last place; whatever commits later comes later.
Only the service's own tables and a lock are used, so that it goes on at the next home after a move.
"""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from service_kit.events.tables import outbox_of

BATCH = 1000


async def relay(session: AsyncSession, schema: str, *, limit: int = BATCH) -> int:
    """Place committed events that have no place yet.

    The lock is kept until the commit, hence places that one relay can see are complete up to the
    last. When another relay is at work there is nothing to do.

    Args:
        session: a transaction (READ COMMITTED, so that its look comes after the lock).
        schema: the producer's.
        limit: how many events at most.

    Returns:
        How many were placed.
    """
    connection = await session.connection()
    key = func.hashtextextended(f"{schema}.outbox", 0)
    if not (await connection.execute(select(func.pg_try_advisory_xact_lock(key)))).scalar_one():
        return 0
    outbox = outbox_of(schema)
    last = select(func.coalesce(func.max(outbox.c.position), 0)).scalar_subquery()
    order = (outbox.c.occurred_at, outbox.c.id)
    waiting = (
        select(outbox.c.id, func.row_number().over(order_by=order).label("place"))
        .where(outbox.c.position.is_(None))
        .order_by(*order)
        .limit(limit)
        .cte("waiting")
    )
    placed = await connection.execute(
        update(outbox)
        .values(position=last + waiting.c.place)
        .where(outbox.c.id == waiting.c.id)
        .returning(outbox.c.id)
    )
    return len(placed.all())
