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

ACT = Act(UUID(int=1), "users.search", (str(UUID(int=2)),), datetime(2026, 1, 2, tzinfo=UTC))

REORDERED = """
    UPDATE admin.audit SET position = 4 WHERE position = 2;
    UPDATE admin.audit SET position = 2 WHERE position = 3;
    UPDATE admin.audit SET position = 3 WHERE position = 4
"""


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


async def test_the_service_may_only_read_the_audit_and_add_to_it(database_of: Any) -> None:
    database = await database_of("admin")
    async with database.connection() as connection:
        held = await connection.fetch(
            "SELECT privilege FROM unnest($1::text[]) AS privilege"
            " WHERE has_table_privilege('admin.audit', privilege)",
            ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
        )
    assert {row["privilege"] for row in held} == {"SELECT", "INSERT"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE admin.audit SET action = 'x'",
        "DELETE FROM admin.audit",
        "UPDATE admin.audit SET action = 'x' WHERE false",
        "TRUNCATE admin.audit",
    ],
)
async def test_not_even_the_owner_changes_the_audit(
    environment: Any, database_of: Any, statement: str
) -> None:
    database = await database_of("admin")
    await database.run(append, ACT)
    with (
        psycopg.connect(environment.url("admin")) as connection,
        pytest.raises(psycopg.errors.RestrictViolation),
    ):
        connection.execute(statement.encode())
    assert (await database.run(verify)).position == 1


@pytest.mark.parametrize(
    ("statement", "position"),
    [
        ("UPDATE admin.audit SET action = 'users.erase' WHERE position = 2", 2),
        ("UPDATE admin.audit SET targets = '{}' WHERE position = 3", 3),
        ("UPDATE admin.audit SET at = at + interval '1 us' WHERE position = 1", 1),
        ("DELETE FROM admin.audit WHERE position = 2", 2),
        ("DELETE FROM admin.audit WHERE position = 1", 1),
        (REORDERED, 2),
        ("UPDATE admin.audit SET previous_hash = hash WHERE position = 3", 3),
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


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM admin.audit WHERE position > 1", "entry 2 is missing"),
        ("DELETE FROM admin.audit", "entry 1 is missing"),
    ],
)
async def test_what_was_cut_off_at_the_end_is_found_by_a_noted_head(
    environment: Any, database_of: Any, statement: str, told: str
) -> None:
    database = await database_of("admin")
    for _ in range(3):
        await database.run(append, ACT)
    noted = await database.run(verify)
    assert await database.run(verify, noted) == noted
    tamper(environment, statement)
    await database.run(verify)
    with pytest.raises(BrokenChain, match=told):
        await database.run(verify, noted)


async def test_a_chain_that_was_written_anew_is_found_by_a_noted_head(
    environment: Any, database_of: Any
) -> None:
    database = await database_of("admin")
    for _ in range(3):
        await database.run(append, ACT)
    noted = await database.run(verify)
    tamper(environment, "DELETE FROM admin.audit WHERE position > 1")
    for _ in range(3):
        await database.run(append, ACT)
    assert (await database.run(verify)).position == 4
    with pytest.raises(BrokenChain, match="entry 3 is another one than was noted"):
        await database.run(verify, noted)


async def test_the_command_tells_whether_the_audit_holds(
    environment: Any, database_of: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    database = await database_of("admin")
    entry = await database.run(append, ACT)
    assert await asyncio.to_thread(main, ["verify-audit"]) == 0
    noted = f"1:{entry.hash.hex()}"
    assert noted in capsys.readouterr().out
    assert await asyncio.to_thread(main, ["verify-audit", "--noted", noted]) == 0
    other = f"2:{entry.hash.hex()}"
    assert await asyncio.to_thread(main, ["verify-audit", "--noted", other]) == 1
    assert "entry 2 is missing" in capsys.readouterr().err
    tamper(environment, "UPDATE admin.audit SET action = 'x'")
    assert await asyncio.to_thread(main, ["verify-audit"]) == 1
    assert "entry 1 was changed" in capsys.readouterr().err


@pytest.mark.parametrize("noted", ["", "7", "x:00", "1:xyz", "1:00", "-1:" + "00" * 32])
def test_what_is_no_head_is_refused(noted: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["verify-audit", f"--noted={noted}"])
    assert "POSITION:HASH" in capsys.readouterr().err
