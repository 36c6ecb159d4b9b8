"""All who wait for a home share one search, and none is misled by a search of before."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import pytest
from shared_db import Address, ConnectionLost, DatabaseUnavailable, Home, HomeMoved
from shared_db.current_pool import CurrentPool
from shared_db.home_finder import HomeFinder

HERE = Home("orders", 1, Address("h", 1, "here"), UUID(int=1))
THERE = replace(HERE, epoch=2, address=Address("h", 1, "there"), identity=UUID(int=2))


class StandInPool:
    """A pool without connections."""

    def __init__(self, home: Home) -> None:
        self.home = home

    async def retire(self) -> None:
        """Nothing is open."""


class StandInFinder:
    """Answers each search when the test says so."""

    def __init__(self) -> None:
        self.searches: list[asyncio.Future[Home | None]] = []

    async def find(self, *, patience: float) -> Home:
        """The first home."""
        del patience
        return HERE

    async def find_other(self, pool: Any, warm: Any) -> StandInPool | None:
        """What the test answers."""
        del pool, warm
        self.searches.append(asyncio.get_running_loop().create_future())
        home = await self.searches[-1]
        return None if home is None else StandInPool(home)

    def pool_on(self, home: Home) -> StandInPool:
        """A pool there."""
        return StandInPool(home)

    async def asked(self, times: int) -> None:
        """Wait until that many searches have begun."""
        async with asyncio.timeout(5):
            while len(self.searches) < times:  # noqa: ASYNC110 - the next turn of the loop
                await asyncio.sleep(0)


async def opened(finder: StandInFinder) -> CurrentPool:
    pool = CurrentPool("orders")
    await pool.open(cast("HomeFinder", finder))
    return pool


async def test_all_who_wait_share_one_search() -> None:
    finder = StandInFinder()
    pool = await opened(finder)
    waiting = [
        asyncio.create_task(pool.rehome(HomeMoved("fence", pool.get().home))) for _ in range(9)
    ]
    await finder.asked(1)
    finder.searches[0].set_result(THERE)
    assert await asyncio.gather(*waiting) == [True] * 9
    assert len(finder.searches) == 1
    assert pool.get().home is THERE
    await pool.close()


async def test_a_search_of_before_does_not_prove_that_the_home_is_the_same() -> None:
    finder = StandInFinder()
    pool = await opened(finder)
    home = pool.get().home
    first = asyncio.create_task(pool.rehome(HomeMoved("a privilege is missing", home)))
    await finder.asked(1)
    second = asyncio.create_task(pool.rehome(HomeMoved("fence", home)))
    await asyncio.sleep(0)
    finder.searches[0].set_result(None)
    assert await first is False
    await finder.asked(2)
    finder.searches[1].set_result(THERE)
    assert await second is True
    await pool.close()


async def test_who_gives_up_does_not_end_the_search_for_others() -> None:
    finder = StandInFinder()
    pool = await opened(finder)
    home = pool.get().home
    hasty = asyncio.create_task(pool.rehome(HomeMoved("fence", home)))
    await finder.asked(1)
    patient = asyncio.create_task(pool.rehome(HomeMoved("fence", home)))
    await asyncio.sleep(0)
    hasty.cancel()
    await asyncio.wait([hasty])
    finder.searches[0].set_result(THERE)
    assert await patient is True
    assert len(finder.searches) == 1
    await pool.close()


async def test_a_search_that_fails_fails_for_all_and_is_repeated() -> None:
    finder = StandInFinder()
    pool = await opened(finder)
    home = pool.get().home
    waiting = [asyncio.create_task(pool.rehome(HomeMoved("fence", home))) for _ in range(2)]
    await finder.asked(1)
    finder.searches[0].set_exception(DatabaseUnavailable("nobody answers"))
    for task in waiting:
        with pytest.raises(DatabaseUnavailable):
            await task
    again = asyncio.create_task(pool.rehome(HomeMoved("fence", home)))
    await finder.asked(2)
    finder.searches[1].set_result(THERE)
    assert await again is True
    await pool.close()


async def test_a_dropped_connection_gets_a_new_pool_at_the_same_home() -> None:
    finder = StandInFinder()
    pool = await opened(finder)
    former = pool.get()
    waiting = [asyncio.create_task(pool.rehome(ConnectionLost("gone", former.home)))] * 2
    await finder.asked(1)
    finder.searches[0].set_result(None)
    assert await asyncio.gather(*waiting) == [True, True]
    assert pool.get() is not former
    assert pool.get().home == former.home
    assert await pool.rehome(ConnectionLost("gone", former.home)) is True
    assert len(finder.searches) == 1
    await pool.close()
