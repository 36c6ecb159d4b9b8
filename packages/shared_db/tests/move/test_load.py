"""Writers keep exact account of what they were told, and the check finds what differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from move_load import Load
from move_servers import Server

pytestmark = pytest.mark.slow

_FENCE = """
    CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'moved' USING ERRCODE = 'SDB01';
    END
    $$;
    CREATE TRIGGER fence BEFORE INSERT OR UPDATE ON desk.counters EXECUTE FUNCTION refuse();
"""
_BY_KIND = [
    ("ledger", "DELETE FROM desk.lines WHERE entry = (SELECT min(entry) FROM desk.lines)"),
    (
        "Tickets",
        'DELETE FROM desk."Tickets" WHERE number = (SELECT min(number) FROM desk."Tickets")',
    ),
    ("events", "DELETE FROM desk.events WHERE number < 4"),
    ("notes", "DELETE FROM desk.notes WHERE number < 6"),
    ("documents", "UPDATE desk.documents SET number = 4"),
    ("pending", "DELETE FROM desk.pending"),
    ("counters", "UPDATE desk.counters SET value = value - 1"),
]
_DOUBLED = [
    ("ledger", "UPDATE desk.ledger SET writer = n.writer, number = n.number FROM desk.notes AS n"),
    ("notes", "INSERT INTO desk.notes SELECT * FROM desk.notes"),
    ("events", "UPDATE desk.events SET number = 2"),
    ("documents", "UPDATE desk.documents SET number = 1000004"),
    ("pending", "INSERT INTO desk.pending (writer, number) SELECT writer, 5 FROM desk.pending"),
    ("counters", "UPDATE desk.counters SET value = value + 1"),
]


@pytest.fixture
def inside(second_server: Server, desk: str) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection to the desk."""
    url = second_server.url(desk.rpartition("/")[2])
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def _load(desk: str, writes: int = 100) -> Load:
    with Load("desk", lambda: desk, rate=1000, writers=2) as load:
        load.wait_for(writes)
    return load


def test_what_was_acknowledged_is_there_once(desk: str, inside: psycopg.Connection[Any]) -> None:
    load = _load(desk)
    assert load.acknowledged >= 100
    assert (load.lost(inside), load.duplicated(inside)) == ([], [])
    assert (load.stale, load.errors) == ([], [])


@pytest.mark.parametrize(("table", "statement"), _BY_KIND)
def test_what_is_lost_is_named(
    desk: str, inside: psycopg.Connection[Any], table: str, statement: str
) -> None:
    load = _load(desk)
    inside.execute(statement)
    assert {text.partition(":")[0] for text in load.lost(inside)} == {table}


@pytest.mark.parametrize(("table", "statement"), _DOUBLED)
def test_what_is_doubled_is_named(
    desk: str, inside: psycopg.Connection[Any], table: str, statement: str
) -> None:
    load = _load(desk)
    inside.execute(statement)
    assert {text.partition(":")[0] for text in load.duplicated(inside)} == {table}


def test_a_fenced_write_is_repeated_until_it_is_acknowledged(
    desk: str, inside: psycopg.Connection[Any]
) -> None:
    resolved: list[str] = []

    def resolve() -> str:
        resolved.append(desk)
        if len(resolved) == 20:
            inside.execute("DROP TRIGGER fence ON desk.counters")
        return desk

    with Load("desk", resolve, rate=500, writers=1) as load:
        load.wait_for(10)
        inside.execute(_FENCE)
        load.wait_for(10)
    assert load.fenced == 19
    assert (load.lost(inside), load.duplicated(inside), load.errors) == ([], [], [])


def test_a_stale_read_is_noted(desk: str, inside: psycopg.Connection[Any]) -> None:
    with Load("desk", lambda: desk, rate=500, writers=1) as load:
        load.wait_for(10)
        inside.execute("UPDATE desk.counters SET value = 0")
        load.wait_for(10)
    assert load.stale


def test_a_write_that_fails_for_good_is_an_error(
    desk: str, inside: psycopg.Connection[Any]
) -> None:
    inside.execute("ALTER TABLE desk.notes ADD CHECK (number < 5)")
    load = _load(desk, writes=50)
    assert load.errors
    assert {error.partition(":")[0] for error in load.errors} == {"notes"}
    assert (load.lost(inside), load.duplicated(inside)) == ([], [])
