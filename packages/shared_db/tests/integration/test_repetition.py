"""What is repeated, and what must not be."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from orders_sample import Order
from orders_sample import service as orders
from shared_db import Database
from shared_db.reconcile import apply
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession


async def test_an_error_of_the_callers_own_calls_is_not_taken_for_the_databases(
    project: Any,
) -> None:
    apply(project.settings())
    calls = 0

    async def work(_session: AsyncSession) -> None:
        nonlocal calls
        calls += 1
        raise ConnectionResetError("the mail server")

    async with Database(orders, project.settings()) as database:
        with pytest.raises(ConnectionResetError, match="the mail server"):
            await database.run(work)
    assert calls == 1


async def test_a_block_does_not_commit_by_itself(project: Any) -> None:
    apply(project.settings())

    async def work(session: AsyncSession) -> None:
        session.add(Order(id=uuid4(), note="half"))
        await session.commit()

    async with Database(orders, project.settings()) as database:
        with pytest.raises(RuntimeError, match="committed when its block ends"):
            await database.run(work)
        async with database.reader() as session:
            assert (await session.exec(select(Order))).all() == []


async def test_many_at_once_wait_for_a_connection_and_none_leaks(project: Any) -> None:
    project.set("POOL_SIZE", "1")
    apply(project.settings())

    async def add(session: AsyncSession) -> None:
        session.add(Order(id=uuid4(), note="one of many"))

    async with Database(orders, project.settings()) as database:
        for _ in range(100):
            await database.run(add)
        async with database.reader() as session:
            assert len((await session.exec(select(Order))).all()) == 100
    used = project.query(
        "postgres",
        "SELECT 1 FROM pg_stat_activity WHERE usename = %s",
        [f"{project.slug}_orders"],
    )
    assert used == []
