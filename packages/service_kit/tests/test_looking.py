"""The pace of looks for new rows: quick after a commit of this process, else unhurried."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from service_kit import looking
from service_kit.looking import Looks
from shared_db.commits import Commits


@pytest.fixture
def commits() -> Commits:
    return Commits()


@pytest.fixture
def looks(commits: Commits) -> Looks:
    database: Any = SimpleNamespace(commits=commits)
    return Looks(database)


async def test_a_commit_ends_the_pause(
    looks: Looks, commits: Commits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "LONGEST", 3600.0)
    looks.begin()
    pausing = asyncio.create_task(looks.pause())
    await asyncio.sleep(0)
    commits.note()
    async with asyncio.timeout(30):
        await pausing


async def test_commits_do_not_make_it_look_all_the_time(looks: Looks, commits: Commits) -> None:
    now = asyncio.get_running_loop().time
    began, count = now(), 0
    while now() < began + 1:
        looks.begin()
        count += 1
        commits.note()
        await looks.pause()
    assert count <= 1 / looking.SHORTEST + 1


async def test_a_pause_ends_when_its_caller_has_no_more_time(
    looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "LONGEST", 3600.0)
    looks.begin()
    async with asyncio.timeout(30):
        await looks.pause(0.01)
