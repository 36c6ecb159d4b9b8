"""A process looks after its home without being asked: it prepares for a move and notices one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import pytest
from hand_move import HandMove, until
from orders_sample import Order
from orders_sample import service as orders
from shared_db import Database
from sqlmodel.ext.asyncio.session import AsyncSession

OTHER_RUN = uuid4()


async def add(session: AsyncSession, note: str) -> None:
    session.add(Order(id=uuid4(), note=note))


@pytest.fixture
def move(project: Any) -> HandMove:
    project.set("HOME_POLL", "0.05")
    return HandMove(project)


def opened(move: HandMove, instance: str = "one") -> Database:
    return Database(orders, move.project.settings(), instance=instance)


def is_warm(move: HandMove, count: int = 1) -> Callable[[], bool]:
    """Whether the next home has that many connections, all with the name of warm ones."""

    def check() -> bool:
        names = list(move.backends(move.target).values())
        return len(names) >= count and set(names) == {"orders/one"}

    return check


async def test_a_home_that_moved_is_left_without_any_request(move: HandMove) -> None:
    move.stand_by()
    async with opened(move) as database:
        move.cut()
        move.promote()
        await until(lambda: database.home.epoch == 2)
        assert database.home.address.database == move.target
        assert "as configured" in database.home.notice


async def test_a_home_that_does_not_move_is_left_alone(move: HandMove) -> None:
    move.stand_by()
    async with opened(move) as database:
        await database.run(add, "one")
        looks = move.looks(move.source)
        await until(lambda: move.looks(move.source) > looks)
        assert move.backends(move.target) == {}


async def test_connections_warm_under_a_name_of_their_own(move: HandMove) -> None:
    move.stand_by()
    async with opened(move) as database:
        await database.run(add, "one")
        with move.locked(move.target):
            move.claim()
            await until(lambda: "warming:orders/one" in move.backends(move.target).values())
            assert "orders/one" not in move.backends(move.target).values()
        await until(is_warm(move, 2))


async def test_as_many_are_warm_as_the_home_has(move: HandMove) -> None:
    move.project.set("POOL_SIZE", "10")
    move.stand_by()
    async with opened(move) as database:
        async with AsyncExitStack() as stack:
            for _ in range(4):
                await stack.enter_async_context(database.session())
        held = len(move.backends(move.source))
        assert held >= 4
        move.claim()
        await until(is_warm(move, held))
        async with AsyncExitStack() as stack:
            for _ in range(held + 2):
                await stack.enter_async_context(database.session())
            await until(is_warm(move, held + 2))


async def test_warming_writes_nothing(move: HandMove) -> None:
    move.stand_by()
    before = move.written(move.target)
    async with opened(move) as database:
        await database.run(add, "one")
        move.claim()
        await until(is_warm(move, 2))
    assert move.notes(move.target) == []
    assert move.written(move.target) == before


async def test_tables_of_any_kind_warm(move: HandMove) -> None:
    for database in (move.source, move.target):
        move.at(
            database,
            f"""
            SET ROLE {move.role}_owner;
            CREATE TABLE orders."Odd, Name" (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                "of Column" text,
                twice text GENERATED ALWAYS AS ("of Column" || '%s') STORED
            );
            CREATE TABLE orders.lone (id bigint GENERATED ALWAYS AS IDENTITY);
            CREATE TABLE orders.days (day date NOT NULL) PARTITION BY RANGE (day);
            CREATE TABLE orders.kept (line text);
            RESET ROLE;
            REVOKE UPDATE, DELETE ON orders.kept FROM {move.role};
            """,
        )
    move.stand_by()
    move.claim()
    async with opened(move):
        await until(is_warm(move, 2))
    assert move.at(move.target, 'SELECT count(*) FROM orders."Odd, Name"') == [(0,)]


async def test_a_run_that_ends_without_a_move_closes_what_was_warm(move: HandMove) -> None:
    move.stand_by()
    move.claim()
    async with opened(move) as database:
        await until(is_warm(move, 2))
        move.release()
        await until(lambda: move.backends(move.target) == {})
        await database.run(add, "stays")
        assert database.home.epoch == 1


async def test_another_run_warms_anew(move: HandMove) -> None:
    move.stand_by()
    move.claim()
    async with opened(move):
        await until(is_warm(move, 2))
        former = set(move.backends(move.target))
        move.stand_by(OTHER_RUN)
        move.claim(OTHER_RUN)
        await until(lambda: not former & set(move.backends(move.target)))
        await until(is_warm(move, 2))


async def test_a_standby_of_another_run_is_not_warmed(move: HandMove) -> None:
    move.stand_by(OTHER_RUN)
    move.claim()
    async with opened(move):
        looks = move.looks(move.target)
        await until(lambda: move.looks(move.target) > looks + 1)
        assert "orders/one" not in move.backends(move.target).values()


async def test_a_database_that_is_not_the_peer_is_not_warmed(move: HandMove) -> None:
    move.stand_by()
    move.claim()
    move.at(move.target, "UPDATE shared_db.identity SET id = gen_random_uuid()")
    async with opened(move) as database:
        looks = move.looks(move.target)
        await until(lambda: move.looks(move.target) > looks + 1)
        assert "orders/one" not in move.backends(move.target).values()
        await database.run(add, "served")


async def test_a_table_that_is_not_there_yet_is_waited_for(move: HandMove) -> None:
    move.stand_by()
    move.at(move.target, "ALTER TABLE orders.orders RENAME TO later")
    move.claim()
    async with opened(move) as database:
        await database.run(add, "one")
        await until(lambda: "warming:orders/one" in move.backends(move.target).values())
        pids = set(move.backends(move.target))
        looks = move.looks(move.target)
        await until(lambda: move.looks(move.target) > looks + 1)
        assert set(move.backends(move.target)) == pids
        move.at(move.target, "ALTER TABLE orders.later RENAME TO orders")
        await until(is_warm(move, 2))
        assert pids < set(move.backends(move.target))


async def test_a_peer_that_cannot_be_reached_does_no_harm(
    move: HandMove, caplog: pytest.LogCaptureFixture
) -> None:
    move.stand_by()
    move.claim()
    move.at(
        move.source,
        """UPDATE shared_db.homes SET peer = jsonb_set(peer, '{port}', '1')""",
    )
    async with opened(move) as database:
        looks = move.looks(move.source)
        await until(lambda: move.looks(move.source) > looks + 2)
        await database.run(add, "served")
        told = [r for r in caplog.records if r.levelno >= logging.WARNING]
        assert len(told) == 1
        assert "Looking after the home" in told[0].getMessage()
        move.claim()
        await until(is_warm(move, 2))


async def test_an_idle_process_comes_back_after_its_connections_were_ended(
    move: HandMove,
) -> None:
    move.stand_by()
    async with opened(move) as database:
        await database.run(add, "one")
        ended = set(move.backends(move.source))
        move.end_backends(move.source)
        move.claim()
        await until(is_warm(move, 2))
        assert not ended & set(move.backends(move.source))


async def test_a_closed_database_looks_no_more(move: HandMove) -> None:
    move.stand_by()
    move.claim()
    database = opened(move)
    await database.open()
    await until(is_warm(move, 2))
    await database.close()
    assert move.backends(move.source) == {}
    assert move.backends(move.target) == {}
