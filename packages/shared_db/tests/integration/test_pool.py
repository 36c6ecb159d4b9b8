"""The connections of one home: when they are opened, and that none is left behind."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hand_move import HandMove, until
from orders_sample import service as orders
from shared_db.home_finder import HomeFinder
from shared_db.pool import Pool


@pytest.fixture
def move(project: Any) -> HandMove:
    return HandMove(project)


@pytest.fixture
async def pool(move: HandMove) -> Pool:
    """A pool on the home, without connections."""
    finder = HomeFinder(orders, move.project.settings(), application_name="orders/one")
    return finder.pool_on(await finder.find(patience=0.0))


async def use(pool: Pool) -> None:
    async with pool.connection() as connection:
        await connection.fetchval("SELECT 1")


async def test_a_crowd_waits_for_connections_that_are_open(move: HandMove, pool: Pool) -> None:
    async with pool.connections(2):
        open_ones = move.backends(move.source)
    pool.prefer_open_ones(60.0)
    await asyncio.gather(*(use(pool) for _ in range(9)))
    assert move.backends(move.source) == open_ones
    pool.prefer_open_ones(0.0)
    async with pool.connections(3):
        assert len(move.backends(move.source)) == 3
    await pool.retire()


async def test_a_connection_that_is_given_up_while_it_opens_is_closed(
    move: HandMove, pool: Pool
) -> None:
    with move.locked(move.source, "shared_db.homes"):
        user = asyncio.create_task(use(pool))
        await until(lambda: move.waiting(move.source) > 0)
        user.cancel()
        await asyncio.wait([user])
    await until(lambda: move.backends(move.source) == {})
    assert pool.held() == 0
    await pool.retire()


async def test_a_retired_pool_is_closed_when_its_last_user_leaves(
    move: HandMove, pool: Pool
) -> None:
    async with pool.connections(3):
        await pool.retire()
        assert len(move.backends(move.source)) == 3
    await until(lambda: move.backends(move.source) == {})
