"""Waiting for what this process commits."""

from __future__ import annotations

import asyncio

from shared_db.commits import Commits


async def test_a_commit_wakes_everybody_who_waits() -> None:
    commits = Commits()
    waiting = [asyncio.create_task(commits.beyond(0, seconds=30)) for _ in range(2)]
    await asyncio.sleep(0)
    commits.note()
    assert await asyncio.gather(*waiting) == [True, True]


async def test_a_commit_between_a_look_and_the_wait_is_not_missed() -> None:
    commits = Commits()
    seen = commits.count
    commits.note()
    assert await commits.beyond(seen, seconds=30)


async def test_without_a_commit_the_wait_ends_by_itself() -> None:
    assert not await Commits().beyond(0, seconds=0.01)
