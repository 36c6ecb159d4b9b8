"""Exports and erasures whose worker is killed: the next one finishes them, once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
from typing import Any
from uuid import UUID

import pytest
from profile_service.erasure import ERASE, ask_erasure, do_erase
from profile_service.exports import EXPORT, ask_export, do_export
from profile_service.profiles import change_profile
from service_kit.jobs import JobHandler, JobState, Worker, find_job
from shared_db import Database

BACKGROUND = {EXPORT: JobHandler(do_export), ERASE: JobHandler(do_erase)}

KILLED = """
    import asyncio, sys
    from profile_service.erasure import do_erase
    from profile_service.exports import do_export
    from service_kit.jobs import Job, JobHandler, Worker
    from shared_db import Database, find

    async def hang():
        print("here", flush=True)
        await asyncio.Event().wait()

    async def hang_before_commit(job, session, result=None):
        await finish(job, session, result)
        await session.flush()
        await hang()

    async def hang_after_commit(run, job):
        await run(job)
        await hang()

    finish = Job.finish
    if sys.argv[1] == "before":
        Job.finish = hang_before_commit

    def handler(run):
        if sys.argv[1] == "before":
            return JobHandler(run, lease=2.0)
        return JobHandler(lambda job: hang_after_commit(run, job), lease=2.0)

    async def main():
        handlers = {"export": handler(do_export), "erase": handler(do_erase)}
        async with Database(find("profile")) as database:
            await Worker(database, handlers).round()

    asyncio.run(main())
"""


@pytest.fixture
async def database(environment: Any, database_of: Any) -> Database:
    found: Database = await database_of("profile")
    return found


@pytest.fixture
async def owner(database: Database, user_id: UUID) -> UUID:
    await database.run(change_profile, user_id, {"bio": "Countess"}, "*")
    return user_id


async def kill_a_worker(when: str) -> None:
    """Let another process take the job and kill it around its commit."""
    with subprocess.Popen(  # noqa: ASYNC220 - starting it takes no time
        [sys.executable, "-c", textwrap.dedent(KILLED), when], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert await asyncio.to_thread(process.stdout.readline) == "here\n"
        finally:
            process.kill()


async def finished(database: Database, job_id: UUID) -> Any:
    """Work until the job is done, as whoever starts after the kill."""
    worker = Worker(database, BACKGROUND)
    async with asyncio.timeout(30):
        while True:
            await worker.round()
            job = await database.run(find_job, "profile", job_id)
            assert job is not None
            if job.state is JobState.DONE:
                return job
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(("when", "attempts"), [("before", 2), ("after", 1)])
async def test_an_export_survives_its_worker(
    database: Database, owner: UUID, when: str, attempts: int
) -> None:
    asked = await database.run(ask_export, owner)
    await kill_a_worker(when)
    job = await finished(database, asked.id)
    assert job.attempts == attempts
    assert job.result["profile"]["bio"] == "Countess"


@pytest.mark.parametrize(("when", "attempts"), [("before", 2), ("after", 1)])
async def test_an_erasure_survives_its_worker_and_is_told_once(
    database: Database, owner: UUID, when: str, attempts: int
) -> None:
    job_id = await database.run(ask_erasure, owner)
    await kill_a_worker(when)
    assert (await finished(database, job_id)).attempts == attempts
    async with database.connection() as connection:
        told = await connection.fetch(
            "SELECT subject FROM profile.outbox WHERE type = 'profile.erased'"
        )
        assert [row["subject"] for row in told] == [str(owner)]
        assert await connection.fetchval("SELECT bio FROM profile.profiles") == ""
