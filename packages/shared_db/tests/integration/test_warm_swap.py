"""From the fence of a former home to the next one over connections that are open already."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from hand_move import HandMove, until
from orders_sample import Order
from orders_sample import service as orders
from shared_db import Database, DatabaseUnavailable, HomeMoved
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

FEW = 4
MANY = 40


async def add(session: AsyncSession, note: str) -> None:
    session.add(Order(id=uuid4(), note=note))


async def add_many(database: Database, notes: range) -> None:
    """Each in a transaction of its own, a few at once."""
    for first in range(notes.start, notes.stop, FEW):
        few = range(first, min(first + FEW, notes.stop))
        await asyncio.gather(*(database.run(add, str(note)) for note in few))


@pytest.fixture
def move(project: Any) -> HandMove:
    project.set("HOME_POLL", "0.05")
    return HandMove(project)


@pytest.fixture
async def database(move: HandMove) -> AsyncIterator[Database]:
    """A process with a few connections that are warm at the next home too."""
    move.stand_by()
    async with Database(orders, move.project.settings(), instance="one") as database:
        await add_many(database, range(FEW))
        move.claim()
        await until(lambda: warm_at(move) >= FEW, seen=3)
        yield database


def warm_at(move: HandMove) -> int:
    """How many connections the next home has; none counts while one is not warm."""
    names = list(move.backends(move.target).values())
    return len(names) if set(names) == {"orders/one"} else 0


def all_notes(move: HandMove) -> list[int]:
    return sorted(int(note) for base in (move.source, move.target) for note in move.notes(base))


async def test_no_connection_is_opened_at_the_swap(move: HandMove, database: Database) -> None:
    move.cut()
    warm = move.backends(move.target)
    move.promote()
    await add_many(database, range(FEW, 3 * FEW))
    assert database.home.epoch == 2
    assert move.backends(move.target) == warm
    assert all_notes(move) == list(range(3 * FEW))


async def test_many_writers_lose_nothing_and_write_nothing_twice(
    move: HandMove, database: Database
) -> None:
    writers = asyncio.gather(*(database.run(add, str(note)) for note in range(FEW, MANY)))
    await asyncio.to_thread(move.cut)
    await asyncio.to_thread(move.promote)
    await writers
    await database.run(add, str(MANY))
    assert all_notes(move) == list(range(MANY + 1))
    assert str(MANY) in move.notes(move.target)


async def test_readers_follow_too(move: HandMove, database: Database) -> None:
    move.cut()
    move.promote()

    async def read(session: AsyncSession) -> list[str]:
        return list((await session.exec(select(Order.note))).all())

    assert await database.run(read) == []
    assert database.home.epoch == 2


async def test_a_process_that_is_first_promotes(move: HandMove, database: Database) -> None:
    move.cut()
    warm = move.backends(move.target)
    assert move.state(move.target) == "standby"
    await add_many(database, range(FEW, 3 * FEW))
    assert move.state(move.target) == "active"
    assert move.backends(move.target) == warm
    assert all_notes(move) == list(range(3 * FEW))


async def test_without_the_marker_it_waits_and_then_promotes(
    move: HandMove, database: Database
) -> None:
    move.cut(marker=False)
    warm = move.backends(move.target)
    with pytest.raises(HomeMoved) as caught:
        async with database.session() as session:
            await add(session, "0")
    with pytest.raises(DatabaseUnavailable, match="cannot take over yet"):
        await database.rehome(caught.value)
    assert move.state(move.target) == "standby"
    move.mark()
    await database.run(add, str(FEW))
    assert all_notes(move) == list(range(FEW + 1))
    assert move.backends(move.target) == warm


async def test_a_standby_is_not_taken_while_the_cut_is_under_way(
    move: HandMove, database: Database
) -> None:
    with move.cutting():
        writer = asyncio.create_task(database.run(add, str(FEW)))
        await until(lambda: move.waiting(move.source) > 0)
        assert not writer.done()
        assert move.state(move.target) == "standby"
    await writer
    assert move.state(move.target) == "active"
    assert all_notes(move) == list(range(FEW + 1))


async def test_a_cut_that_is_given_up_changes_nothing(move: HandMove, database: Database) -> None:
    with move.cutting() as cut:
        writer = asyncio.create_task(database.run(add, str(FEW)))
        await until(lambda: move.waiting(move.source) > 0)
        cut.rollback()
    await writer
    assert database.home.epoch == 1
    assert move.state(move.target) == "standby"


async def test_a_transaction_in_use_at_the_swap_may_finish_reading(
    move: HandMove, database: Database
) -> None:
    async with (
        database.connection() as reading,
        reading.transaction(isolation="repeatable_read"),
    ):
        assert await reading.fetchval("SELECT count(*) FROM orders.orders") == FEW
        move.cut()
        move.promote()
        await database.run(add, str(FEW))
        assert database.home.epoch == 2
        assert await reading.fetchval("SELECT 1") == 1
    await until(lambda: "orders/one" not in move.backends(move.source).values())


async def test_the_former_pool_is_closed_as_a_whole(move: HandMove, database: Database) -> None:
    former = set(move.backends(move.source))
    move.cut()
    move.promote()
    await database.run(add, str(FEW))
    await until(lambda: not former & set(move.backends(move.source)))


async def test_one_connection_looks_back_until_the_former_home_stands_by(
    move: HandMove, database: Database
) -> None:
    move.cut()
    move.promote()
    await database.run(add, str(FEW))
    await until(lambda: list(move.backends(move.source).values()) == ["warming:orders/one"])
    looks = move.looks(move.source)
    await until(lambda: move.looks(move.source) > looks)
    assert list(move.backends(move.source).values()) == ["warming:orders/one"]


async def test_the_way_back_is_as_quick(move: HandMove, database: Database) -> None:
    move.cut()
    move.promote()
    await add_many(database, range(FEW, 2 * FEW))
    await until(lambda: "orders/one" not in move.backends(move.source).values())
    move.turn()
    move.stand_by()
    held = len(move.backends(move.source))
    await until(lambda: warm_at(move) >= held, seen=3)
    move.cut()
    warm = move.backends(move.target)
    await add_many(database, range(2 * FEW, 3 * FEW))
    assert database.home.epoch == 3
    assert database.home.notice == ""
    assert move.backends(move.target) == warm
    assert all_notes(move) == list(range(3 * FEW))


async def test_without_warm_connections_the_databases_are_asked(move: HandMove) -> None:
    move.stand_by()
    async with Database(orders, move.project.settings(), instance="one") as database:
        await database.run(add, "0")
        move.cut()
        await asyncio.gather(*(database.run(add, str(note)) for note in range(1, MANY)))
        assert database.home.epoch == 2
    assert all_notes(move) == list(range(MANY))


async def test_a_next_home_that_lost_its_connections_is_found_by_asking(
    move: HandMove, database: Database
) -> None:
    move.cut()
    move.promote()
    move.end_backends(move.target)
    await add_many(database, range(FEW, 3 * FEW))
    assert database.home.epoch == 2
    assert all_notes(move) == list(range(3 * FEW))


async def test_statements_are_not_compiled_again(
    move: HandMove, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read(session: AsyncSession) -> None:
        session.add(Order(id=uuid4(), note="0"))
        await session.flush()
        await session.exec(select(Order).where(Order.note == "0"))

    await database.run(read)
    move.cut()
    move.promote()
    compiled: list[Any] = []
    from sqlalchemy.dialects.postgresql.asyncpg import PGCompiler_asyncpg

    original = PGCompiler_asyncpg.__init__

    def count(self: Any, *args: Any, **options: Any) -> None:
        compiled.append(args)
        original(self, *args, **options)

    monkeypatch.setattr(PGCompiler_asyncpg, "__init__", count)
    await database.run(read)
    assert database.home.epoch == 2
    assert compiled == []
