"""A comparison sees its snapshots, and says what is in its way."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg import sql
from shared_db.address import Login
from shared_db.errors import DatabaseUnavailable, MissingPrivilege, MoveFailed
from shared_db.move.compare import Snapshot, comparable_tables, compare
from shared_db.move.subject import connect


@pytest.fixture
def items(pair: Any) -> Any:
    """Both sides hold the same ten rows."""
    pair.both("CREATE TABLE orders.items (id int PRIMARY KEY, n int)")
    pair.both("INSERT INTO orders.items SELECT i, i FROM generate_series(1, 10) AS i")
    return pair


def _tables(pair: Any) -> Any:
    with connect(pair.sides[0]) as connection:
        return comparable_tables(connection, "orders")


def test_what_is_written_after_the_snapshots_does_not_count(items: Any) -> None:
    with ExitStack() as open_snapshots:
        source, target = items.snapshots(open_snapshots)
        items.source("UPDATE orders.items SET n = n + 1")
        items.target("DELETE FROM orders.items")
        items.target("VACUUM orders.items")

        (result,) = compare(source, target, _tables(items))

    assert (result.equal, result.rows_target) == (True, 10)


def test_rows_appended_after_the_snapshots_do_not_count(items: Any) -> None:
    with ExitStack() as open_snapshots:
        source, target = items.snapshots(open_snapshots)
        items.source("INSERT INTO orders.items SELECT i FROM generate_series(11, 5000) AS i")

        (result,) = compare(source, target, _tables(items))

    assert (result.equal, result.rows_source) == (True, 10)


def test_a_snapshot_that_is_gone_is_named(items: Any) -> None:
    with ExitStack() as open_snapshots:
        source, target = items.snapshots(open_snapshots)
        gone = Snapshot(target.side, "00000009-00000009-1", "test")

        with pytest.raises(MoveFailed, match=f"{target.side.tool} could not be compared"):
            compare(source, gone, _tables(items))


def test_a_table_that_the_target_lacks_is_named(items: Any) -> None:
    items.target("DROP TABLE orders.items")

    with pytest.raises(MoveFailed, match=r"orders\.items"):
        items.compare()


def test_a_policy_that_hides_rows_is_an_error(items: Any) -> None:
    items.both("ALTER TABLE orders.items ENABLE ROW LEVEL SECURITY")
    role = f"compare_{items.sides[0].tool.database}"
    name = sql.Identifier(role).as_string(None)
    items.source(f"CREATE ROLE {name} LOGIN PASSWORD 'x'")
    items.source(f"GRANT USAGE ON SCHEMA orders TO {name}; GRANT SELECT ON orders.items TO {name}")
    try:
        with pytest.raises(MissingPrivilege, match="row-level security"), ExitStack() as opened:
            source, target = items.snapshots(opened)
            compare(_as_role(source, role), target, _tables(items))
    finally:
        items.source(f"DROP OWNED BY {name}; DROP ROLE {name}")


def _as_role(snapshot: Snapshot, role: str) -> Snapshot:
    return replace(snapshot, side=replace(snapshot.side, login=Login(role, "x")))


def test_ending_a_connection_ends_the_comparison_with_an_error(items: Any) -> None:
    items.both("CREATE TABLE orders.unequal (id int PRIMARY KEY)")
    items.source("INSERT INTO orders.unequal VALUES (1)")

    def end(_: Any) -> None:
        items.target(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database()"
            "   AND application_name LIKE 'shared-db-move/compare/%'"
        )

    with pytest.raises(DatabaseUnavailable, match="dropped the connection"):
        items.compare(told=end)


def test_no_connection_is_left_behind(items: Any) -> None:
    items.compare(jobs=4)

    def stop(_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        items.compare(told=stop)

    with connect(items.sides[0]) as connection:
        waiting = threading.Event()
        while not waiting.wait(0.01):
            row = connection.execute(
                "SELECT count(*) AS n FROM pg_stat_activity"
                " WHERE datname = current_database()"
                "   AND application_name LIKE 'shared-db-move/compare/%'"
            ).fetchone()
            if row == {"n": 0}:
                break


def test_tables_stay_as_they_are_meanwhile(items: Any) -> None:
    problems: list[type[Exception]] = []

    def truncate(_: Any) -> None:
        with connect(items.sides[0]) as connection:
            connection.execute("SET lock_timeout = '1ms'")
            try:
                connection.execute("TRUNCATE orders.items")
            except psycopg.Error as error:
                problems.append(type(error))

    items.compare(told=truncate)

    assert problems == [psycopg.errors.LockNotAvailable]
