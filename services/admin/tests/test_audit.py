"""The audit on a real database: it grows, it is chained, and it refuses to be changed."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from admin_service.__main__ import main
from admin_service.audit import Act, append, newest
from admin_service.chain import GENESIS
from admin_service.errors import BrokenChain
from admin_service.verification import verify
from shared_db import sqlstate
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

ACT = Act(UUID(int=1), "users.search", (str(UUID(int=2)),), datetime(2026, 1, 2, tzinfo=UTC))


def tamper(environment: Any, statement: str) -> None:
    """Change the audit as a superuser who knows how to pass the triggers."""
    with psycopg.connect(environment.url("admin")) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(statement.encode())


async def test_entries_written_at_once_form_one_chain(database_of: Any) -> None:
    database = await database_of("admin")
    await asyncio.gather(*(database.run(append, ACT) for _ in range(20)))
    async with database.reader() as reader:
        entries = await newest(reader, limit=100)
    assert [entry.position for entry in entries] == list(range(20, 0, -1))
    assert entries[-1].previous_hash == GENESIS
    for later, earlier in itertools.pairwise(entries):
        assert later.previous_hash == earlier.hash
    head = await database.run(verify)
    assert (head.position, head.hash) == (20, entries[0].hash)


async def test_an_empty_audit_holds(database_of: Any) -> None:
    database = await database_of("admin")
    assert (await database.run(verify)).position == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE admin.audit SET action = 'x'",
        "DELETE FROM admin.audit",
        "UPDATE admin.audit SET action = 'x' WHERE false",
    ],
)
async def test_the_service_cannot_change_the_audit(database_of: Any, statement: str) -> None:
    database = await database_of("admin")
    await database.run(append, ACT)
    with pytest.raises(DBAPIError) as refused:
        async with database.session() as session:
            await session.exec(text(statement))
    assert sqlstate(refused.value) == "23001"
    assert (await database.run(verify)).position == 1


async def test_not_even_the_owner_truncates_the_audit(environment: Any, database_of: Any) -> None:
    database = await database_of("admin")
    await database.run(append, ACT)
    with (
        psycopg.connect(environment.url("admin")) as connection,
        pytest.raises(psycopg.errors.RestrictViolation),
    ):
        connection.execute("TRUNCATE admin.audit")


@pytest.mark.parametrize(
    ("statement", "position"),
    [
        ("UPDATE admin.audit SET action = 'users.erase' WHERE position = 2", 2),
        ("UPDATE admin.audit SET targets = '{}' WHERE position = 3", 3),
        ("UPDATE admin.audit SET at = at + interval '1 us' WHERE position = 1", 1),
        ("DELETE FROM admin.audit WHERE position = 2", 2),
        ("DELETE FROM admin.audit WHERE position = 1", 1),
        ("UPDATE admin.audit SET hash = decode(repeat('00', 32), 'hex') WHERE position = 2", 2),
    ],
)
async def test_tampering_is_found_and_named(
    environment: Any, database_of: Any, statement: str, position: int
) -> None:
    database = await database_of("admin")
    for _ in range(3):
        await database.run(append, ACT)
    tamper(environment, statement)
    with pytest.raises(BrokenChain) as broken:
        await database.run(verify)
    assert broken.value.position == position


async def test_the_command_tells_whether_the_audit_holds(
    environment: Any, database_of: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    database = await database_of("admin")
    entry = await database.run(append, ACT)
    assert await asyncio.to_thread(main, ["verify-audit"]) == 0
    assert entry.hash.hex() in capsys.readouterr().out
    tamper(environment, "UPDATE admin.audit SET action = 'x'")
    assert await asyncio.to_thread(main, ["verify-audit"]) == 1
    assert "entry 1 was changed" in capsys.readouterr().err
