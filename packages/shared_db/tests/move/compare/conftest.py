"""Two databases whose tables are compared."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from psycopg import sql
from shared_db.address import parse_url
from shared_db.move.compare import Snapshot, TableResult, comparable_tables, compare
from shared_db.move.subject import Side, connect
from shared_db.tool_connection import ToolConnection

SCHEMA = "orders"


class Pair:
    """A source and a target with the schema ``orders``."""

    def __init__(self, source: str, target: str, until_the_end: ExitStack) -> None:
        self.sides = tuple(_side(url) for url in (source, target))
        self._connections = [until_the_end.enter_context(connect(side)) for side in self.sides]
        self.both(f"CREATE SCHEMA {SCHEMA}")

    def source(self, statement: str) -> None:
        """Run a statement at the source."""
        self._connections[0].execute(statement.encode())

    def target(self, statement: str) -> None:
        """Run a statement at the target."""
        self._connections[1].execute(statement.encode())

    def both(self, statement: str) -> None:
        """Run a statement on both sides."""
        self.source(statement)
        self.target(statement)

    def snapshots(self, until_the_end: ExitStack) -> tuple[Snapshot, Snapshot]:
        """A snapshot of each side as it is now."""
        source, target = self.sides
        return (
            Snapshot(source, _export(until_the_end.enter_context(connect(source))), "test"),
            Snapshot(target, _export(until_the_end.enter_context(connect(target))), "test"),
        )

    def compare(self, **options: Any) -> dict[str, TableResult]:
        """The results of comparing all tables of the source as they are now, by name."""
        with ExitStack() as open_snapshots:
            snapshots = self.snapshots(open_snapshots)
            tables = comparable_tables(self._connections[0], SCHEMA)
            results = compare(*snapshots, tables, **options)
        return {result.table.removeprefix(f"{SCHEMA}."): result for result in results}

    def compare_one(self, **options: Any) -> TableResult:
        """The result of the only table."""
        (result,) = self.compare(**options).values()
        return result


def _side(url: str) -> Side:
    address, login = parse_url(url, variable="TEST_DATABASE_URL", default_database="postgres")
    assert login is not None
    return Side(address, address, login, address)


def _export(connection: ToolConnection) -> str:
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    row = connection.execute("SELECT pg_export_snapshot() AS name").fetchone()
    assert row is not None
    return str(row["name"])


@pytest.fixture(scope="session")
def two_databases(postgres: Any) -> Iterator[tuple[str, ...]]:
    """The URLs of two databases, which each test finds without the schema."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    names = [f"compare_{worker}_{os.getpid()}_{side}" for side in ("source", "target")]
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("CREATE DATABASE {n}").format(n=sql.Identifier(name)))
        yield tuple(postgres.url_of(name) for name in names)
        for name in names:
            connection.execute(
                sql.SQL("DROP DATABASE {n} WITH (FORCE)").format(n=sql.Identifier(name))
            )


@pytest.fixture
def pair(two_databases: tuple[str, str]) -> Iterator[Pair]:
    """A source and a target with an empty schema."""
    with ExitStack() as until_the_end:
        made = Pair(*two_databases, until_the_end)
        yield made
        made.both("DROP SCHEMA orders CASCADE")
