"""Learns which writes a table takes from a role."""

from __future__ import annotations

from collections import Counter

import psycopg
from psycopg.rows import tuple_row
from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.learning.effects import writes_so_far
from rehearsal.any_schema.learning.examples import Row
from rehearsal.any_schema.learning.maker import Maker
from rehearsal.any_schema.learning.search import Inserted, NotFound, insert, insert_some_row
from rehearsal.any_schema.learning.statements import (
    delete_statement,
    read_statement,
    sample_statement,
    update_statement,
)
from rehearsal.any_schema.learning.writable import Writable
from rehearsal.any_schema.shape import Column, Table

_TRIES = 3


def learn(connection: ToolConnection, table: Table, maker: Maker) -> Writable:
    """Try inserting, updating and deleting; all of it is rolled back.

    Args:
        connection: the clone, as the role that is to write, in autocommit.
        table: which.
        maker: makes its rows.
    """
    with connection.transaction(force_rollback=True):
        found = insert_some_row(connection, table, maker)
        key = _some_key(connection, table) if isinstance(found, NotFound) else found.key
        columns = _columns(connection, table, maker, key) if key else ()
        gone = isinstance(found, Inserted) and bool(key) and _deletes(connection, table, key)
    touched, is_steady = frozenset[str](), True
    if isinstance(found, Inserted):
        touched, is_steady = _effects(connection, table, found, maker, columns, gone=gone)
    return Writable(
        table=table,
        role=connection.info.user,
        maker=maker,
        takes_rows=isinstance(found, Inserted),
        columns=columns,
        gives_up_rows=gone,
        reason=found.reason if isinstance(found, NotFound) else "",
        touched=touched,
        is_steady=is_steady,
    )


def _some_key(connection: ToolConnection, table: Table) -> tuple[str, ...]:
    if table.key is None:
        return ()
    try:
        with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
            found = cursor.execute(sample_statement(table, 1)).fetchone()
    except psycopg.Error:
        return ()
    return tuple(found[1:]) if found else ()


def _columns(
    connection: ToolConnection, table: Table, maker: Maker, key: tuple[str, ...]
) -> tuple[Column, ...]:
    """The columns that take another value in a row that is there."""
    candidates = (column for column in table.given if column.name not in table.settled)
    return tuple(c for c in candidates if _takes(connection, table, maker, key, c))


def _takes(
    connection: ToolConnection, table: Table, maker: Maker, key: tuple[str, ...], column: Column
) -> bool:
    for _ in range(_TRIES):
        try:
            with connection.transaction():
                values = [maker.value(column), *key]
                if connection.execute(update_statement(table, column.name), values).rowcount != 1:
                    return False
                connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
                connection.execute("SET CONSTRAINTS ALL DEFERRED")
        except psycopg.Error:
            continue
        return True
    return False


def _deletes(connection: ToolConnection, table: Table, key: tuple[str, ...]) -> bool:
    try:
        with connection.transaction():
            if connection.execute(delete_statement(table), list(key)).rowcount != 1:
                return False
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            connection.execute("SET CONSTRAINTS ALL DEFERRED")
    except psycopg.Error:
        return False
    return True


def _effects(
    connection: ToolConnection,
    table: Table,
    example: Inserted,
    maker: Maker,
    columns: tuple[Column, ...],
    *,
    gone: bool,
) -> tuple[frozenset[str], bool]:
    """What writes do beside what they say: the tables that triggers write to, rows they change."""
    for _ in range(_TRIES):
        with connection.transaction(force_rollback=True):
            try:
                return _measured(connection, table, example.row, maker, columns, gone=gone)
            except psycopg.Error:
                if connection.closed:
                    raise
    return frozenset({str(table)}), False  # it cannot be told, so nothing is relied on


def _measured(
    connection: ToolConnection,
    table: Table,
    row: Row,
    maker: Maker,
    columns: tuple[Column, ...],
    *,
    gone: bool,
) -> tuple[frozenset[str], bool]:
    before, own = writes_so_far(connection), str(table)
    with connection.transaction():
        written = insert(connection, table, row)
        expected = Counter({own: 1})
        is_steady = _is_there(connection, table, written.key, written.hash)
        for column in columns:
            values = [maker.value(column), *written.key]
            shown = connection.execute(update_statement(table, column.name), values).fetchall()
            expected[own] += len(shown)
            now = next((int(value) for one in shown for value in one.values()), 0)
            is_steady &= _is_there(connection, table, written.key, now)
        if gone:
            expected[own] += connection.execute(delete_statement(table), written.key).rowcount
    written_to = writes_so_far(connection)
    written_to.subtract(before)
    written_to.subtract(expected)
    return frozenset(name for name, count in written_to.items() if count), is_steady


def _is_there(
    connection: ToolConnection, table: Table, key: tuple[str, ...], expected: int
) -> bool:
    if not key:
        return True
    with connection.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(read_statement(table), list(key)).fetchone()
    return found is not None and found[0] == expected
