"""What operators run beside the API: dead letters, replays, and the worker's own process."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from typing import Any
from uuid import UUID, uuid4

import pytest
from profile_service.erasure import ask_erasure
from profile_service.profiles import get_profile
from service_kit.events import Event, dead_letters
from service_kit.events.__main__ import main
from service_kit.events.dead_letters import bury
from service_kit.events.inbox import Arrival
from service_kit.jobs import JobState, find_job
from shared_db import Database

Captured = pytest.CaptureFixture[str]


@pytest.fixture
async def database(environment: Any, database_of: Any) -> Database:
    found: Database = await database_of("profile")
    return found


async def run(*arguments: str) -> int:
    return await asyncio.to_thread(main, list(arguments))


async def letter(database: Database, position: int, subject: str, **changes: str) -> UUID:
    """An event that could not be applied once; its id."""
    given = {"producer": "auth", "kind": "user.registered", **changes}
    event = Event(given["kind"], subject, {"user_id": subject})
    arrival = Arrival(given["producer"], position, event)
    await database.run(bury, "profile", arrival, attempts=5, error="RuntimeError: not today")
    return event.id


async def left(database: Database) -> list[UUID]:
    return [each.event.id for each in await database.run(dead_letters, "profile")]


async def test_dead_letters_are_shown_with_the_error(database: Database, capsys: Captured) -> None:
    event_id = await letter(database, 1, "u1")
    assert await run("dead-letters", "profile") == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line == (f"{event_id} auth user.registered u1 after 5 attempts: RuntimeError: not today")
    assert await left(database) == [event_id]


async def test_a_replay_applies_what_is_named_and_leaves_the_rest(
    database: Database, capsys: Captured
) -> None:
    user, other = uuid4(), uuid4()
    event_id = await letter(database, 1, str(user))
    other_id = await letter(database, 2, str(other))
    assert await run("replay", "profile", str(event_id)) == 0
    assert "is applied" in capsys.readouterr().out
    assert await left(database) == [other_id]
    assert (await database.run(get_profile, user)).user_id == user
    assert await run("replay", "profile") == 0
    assert await left(database) == []


async def test_what_fails_again_stays_and_is_told(database: Database, capsys: Captured) -> None:
    broken = await letter(database, 1, "no id of a user")
    fine = await letter(database, 2, str(uuid4()))
    assert await run("replay", "profile") == 1
    told = capsys.readouterr()
    assert f"{fine} auth user.registered" in told.out
    assert "failed again: ValueError" in told.err
    assert await left(database) == [broken]


@pytest.mark.parametrize("changes", [{"kind": "user.renamed"}, {"producer": "orders"}])
async def test_what_nobody_handles_any_more_stays(
    database: Database, capsys: Captured, changes: dict[str, str]
) -> None:
    event_id = await letter(database, 1, str(uuid4()), **changes)
    assert await run("replay", "profile") == 1
    assert "has no handler any more" in capsys.readouterr().err
    assert await left(database) == [event_id]


async def test_an_unknown_letter_is_told(database: Database, capsys: Captured) -> None:
    unknown = uuid4()
    assert await run("replay", "profile", str(unknown)) == 1
    assert f"There is no dead letter {unknown}." in capsys.readouterr().err


def test_a_service_that_consumes_nothing_says_so(environment: Any) -> None:
    with pytest.raises(SystemExit, match="auth consumes no events"):
        main(["dead-letters", "auth"])


@pytest.mark.slow
async def test_the_worker_s_process_does_jobs_until_it_is_told_to_stop(database: Database) -> None:
    command = [sys.executable, "-m", "service_kit.work", "profile"]
    with subprocess.Popen(  # noqa: ASYNC220 - starting it takes no time
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            job_id = await database.run(ask_erasure, uuid4())
            async with asyncio.timeout(60):
                while True:
                    job = await database.run(find_job, "profile", job_id)
                    if job is not None and job.state is JobState.DONE:
                        break
                    assert process.poll() is None
                    await asyncio.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 30) == 0
        finally:
            process.kill()
    async with database.connection() as connection:
        told = await connection.fetchval("SELECT count(*) FROM profile.outbox")
    assert told == 1


def test_the_worker_s_process_says_how_it_is_called() -> None:
    for arguments in ([], ["profile", "auth"]):
        done = subprocess.run(
            [sys.executable, "-m", "service_kit.work", *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 1
        assert "Usage: python -m service_kit.work SERVICE" in done.stderr
