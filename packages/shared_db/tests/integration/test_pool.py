"""The pool when there is more to do than it has connections."""

from __future__ import annotations

import asyncio
from typing import Any

from orders_sample import service as orders
from shared_db import Database
from shared_db.reconcile import apply
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

SIZE = 2


async def test_who_came_first_is_served_first_and_no_connection_is_opened_beyond_the_size(
    project: Any,
) -> None:
    project.set("POOL_SIZE", str(SIZE))
    apply(project.settings())
    served: list[int] = []
    backends: set[int] = set()

    async def work(session: AsyncSession, number: int) -> None:
        served.append(number)
        backends.add((await session.exec(text("SELECT pg_backend_pid()"))).scalar_one())  # type: ignore[call-overload]

    async with Database(orders, project.settings()) as database:
        await asyncio.gather(*(database.run(work, number) for number in range(SIZE)))
        served.clear()  # both connections are open now
        await asyncio.gather(*(database.run(work, number) for number in range(40)))
    assert all(abs(number - position) <= SIZE for position, number in enumerate(served))
    assert len(backends) == SIZE
