"""The pool when there is more to do than it has connections."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
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


async def test_all_connections_are_opened_before_requests_come(project: Any) -> None:
    apply(project.settings())
    async with Database(orders, project.settings()) as database:
        await database.fill()
        assert await _connections(database) == project.settings().pool_size


async def test_a_server_that_gives_fewer_connections_serves_with_those(
    project: Any, caplog: pytest.LogCaptureFixture
) -> None:
    apply(project.settings())
    async with Database(orders, project.settings()) as database:
        role = project.settings().of(orders.name).login.user
        project.query("postgres", f'ALTER ROLE "{role}" CONNECTION LIMIT 2')
        await database.fill()
        assert await _connections(database) == 2
    assert "too many connections" in caplog.text


async def _connections(database: Database) -> int:
    async with database.connection() as connection:
        count: int = await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = current_user"
        )
    return count
