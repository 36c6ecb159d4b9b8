"""Jobs: never lost, never counted twice, whoever dies."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from service_kit.jobs import Job, JobHandler, JobState, LeaseLost, Worker, enqueue, find_job
from service_kit.jobs.queue import take
from shared_db import Database


async def kept(database: Database, job_id: UUID) -> Any:
    return await database.run(find_job, "profile", job_id)


async def put(database: Database, **options: Any) -> UUID:
    return await database.run(enqueue, "profile", "count", {"n": 1}, **options)


def at_once(_attempt: int) -> float:
    return 0.0


async def test_a_job_is_done_once_and_keeps_its_result(database_of: Any) -> None:
    database: Database = await database_of("profile")
    job_id = await put(database)

    async def count(job: Job) -> Mapping[str, Any]:
        return {"twice": job.payload["n"] * 2}

    worker = Worker(database, {"count": JobHandler(count)})
    assert [await worker.round(), await worker.round()] == [1, 0]
    job = await kept(database, job_id)
    assert (job.state, job.result, job.attempts) == (JobState.DONE, {"twice": 2}, 1)


async def test_workers_at_once_share_the_jobs(database_of: Any) -> None:
    databases: list[Database] = [await database_of("profile") for _ in range(3)]
    ids = {await put(databases[0]) for _ in range(20)}
    done: list[UUID] = []

    async def count(job: Job) -> None:
        done.append(job.id)

    workers = [Worker(each, {"count": JobHandler(count)}) for each in databases]
    await asyncio.gather(*(worker.round() for worker in workers))
    assert len(done) == 20
    assert set(done) == ids


async def test_a_job_with_a_key_is_in_the_queue_once_until_it_is_done(database_of: Any) -> None:
    database: Database = await database_of("profile")
    first = await put(database, unique_key="a")
    assert await put(database, unique_key="a") == first
    assert await put(database, unique_key="b") != first

    async def count(job: Job) -> None: ...

    await Worker(database, {"count": JobHandler(count)}).round()
    assert await put(database, unique_key="a") != first


async def test_a_job_waits_for_its_time(database_of: Any) -> None:
    database: Database = await database_of("profile")
    await put(database, run_at=datetime.now(UTC) + timedelta(hours=1))
    assert await database.run(take, database, {"count": 30.0}) is None


async def test_a_job_that_fails_is_tried_again_and_then_kept_as_failed(database_of: Any) -> None:
    database: Database = await database_of("profile")
    job_id = await put(database)
    tried: list[int] = []

    async def fail(job: Job) -> None:
        tried.append(job.attempt)
        raise RuntimeError("no")

    await Worker(database, {"count": JobHandler(fail, attempts=3, pause=at_once)}).round()
    job = await kept(database, job_id)
    assert tried == [1, 2, 3]
    assert (job.state, job.error) == (JobState.FAILED, "RuntimeError: no")


async def test_the_result_of_a_worker_that_lost_its_lease_is_refused(database_of: Any) -> None:
    database: Database = await database_of("profile")
    job_id = await put(database)
    slow = await database.run(take, database, {"count": 0.0})
    assert slow is not None
    quick = await database.run(take, database, {"count": 30.0})
    assert quick is not None
    with pytest.raises(LeaseLost):
        await database.run(slow.finish, {"by": "slow"})
    await database.run(quick.finish, {"by": "quick"})
    with pytest.raises(LeaseLost):
        await database.run(slow.finish, {"by": "slow"})
    assert (await kept(database, job_id)).result == {"by": "quick"}


async def test_a_lease_is_renewed_while_its_job_is_under_way(database_of: Any) -> None:
    database: Database = await database_of("profile")
    await put(database)
    looks: list[Any] = []

    async def slow(job: Job) -> None:
        for _ in range(8):
            await asyncio.sleep(0.3)
            looks.append(await database.run(take, database, {"count": 1.5}))

    await Worker(database, {"count": JobHandler(slow, lease=1.5)}).round()
    assert looks == [None] * 8


async def test_the_job_of_a_killed_worker_is_done_by_another(
    environment: Any, database_of: Any
) -> None:
    database: Database = await database_of("profile")
    job_id = await put(database)
    code = """
        import asyncio
        from service_kit.jobs import JobHandler, Worker
        from shared_db import Database, find

        async def hang(job):
            print(job.id, flush=True)
            await asyncio.Event().wait()

        async def main():
            async with Database(find("profile")) as database:
                await Worker(database, {"count": JobHandler(hang, lease=2.0)}).round()

        asyncio.run(main())
    """
    with subprocess.Popen(  # noqa: ASYNC220 - starting it takes no time
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            line = await asyncio.to_thread(process.stdout.readline)
        finally:
            process.kill()
    assert line.strip() == str(job_id)
    done: list[int] = []

    async def count(job: Job) -> None:
        done.append(job.attempt)

    worker = Worker(database, {"count": JobHandler(count)})
    async with asyncio.timeout(30):
        while not done:
            await worker.round()
            await asyncio.sleep(0.05)
    assert done == [2]
    assert (await kept(database, job_id)).state == JobState.DONE


async def test_a_job_that_kills_its_workers_fails_in_the_end(database_of: Any) -> None:
    database: Database = await database_of("profile")
    job_id = await put(database)
    for _ in range(2):
        assert await database.run(take, database, {"count": 0.0}) is not None

    async def count(job: Job) -> None: ...

    await Worker(database, {"count": JobHandler(count, attempts=2)}).round()
    assert (await kept(database, job_id)).state == JobState.FAILED
