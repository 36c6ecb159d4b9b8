"""One request: which statements it sends, and what it notes in the history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from psycopg.rows import tuple_row
from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.checking.history import Key, State
from rehearsal.any_schema.learning.examples import Row
from rehearsal.any_schema.learning.statements import (
    delete_statement,
    insert_statement,
    read_statement,
    update_statement,
)
from rehearsal.any_schema.shape import Column, Table

Written = tuple[Key, int]
"""Key and hash of an inserted row."""


def inserting(table: Table, row: Row) -> Callable[[ToolConnection], Written]:
    """Insert a row."""
    statement, values = insert_statement(table, row), list(row.values())

    def work(connection: ToolConnection) -> Written:
        found = _first(connection, statement, values)
        return (tuple(found[1:]), int(found[0])) if found else ((), 0)

    return work


def updating(
    table: Table, key: Key, column: Column, value: str | None
) -> Callable[[ToolConnection], State]:
    """Set a column; gives the row's new state, None when the row is not there."""
    statement = update_statement(table, column.name)
    return lambda connection: _hash(_first(connection, statement, [value, *key]))


def deleting(table: Table, key: Key) -> Callable[[ToolConnection], bool]:
    """Delete a row; gives whether it was there."""
    statement = delete_statement(table)
    return lambda connection: connection.execute(statement, list(key)).rowcount == 1


def reading(table: Table, key: Key) -> Callable[[ToolConnection], State]:
    """Read a row; gives its state."""
    statement = read_statement(table)
    return lambda connection: _hash(_first(connection, statement, list(key)))


def _first(
    connection: ToolConnection, statement: Any, values: list[str | None]
) -> tuple[Any, ...] | None:
    with connection.cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(statement, values).fetchone()


def _hash(found: tuple[Any, ...] | None) -> State:
    return int(found[0]) if found else None
