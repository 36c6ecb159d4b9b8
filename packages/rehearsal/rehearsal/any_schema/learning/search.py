"""Finds a row that a table takes, by trying."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg.rows import tuple_row
from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.learning.changes import NoParent
from rehearsal.any_schema.learning.examples import Row
from rehearsal.any_schema.learning.maker import Maker
from rehearsal.any_schema.learning.statements import insert_statement
from rehearsal.any_schema.shape import Table

_TRIES = 80
_STARTS = 4
_HOPELESS = frozenset({"42501", "42P01", "42883", "42703"})
"""Nothing in the row is wrong: a privilege, a table, a function or a column is missing."""


@dataclass(frozen=True)
class Inserted:
    """A row that was written.

    Args:
        row: what was given.
        hash: its hash.
        key: its key as texts; empty where the table has none.
    """

    row: Row
    hash: int
    key: tuple[str, ...]


@dataclass(frozen=True)
class NotFound:
    """No row was found that the table takes.

    Args:
        reason: what the last one met.
        waits: whether it only lacks a row to refer to.
    """

    reason: str
    waits: bool = False


def insert_some_row(connection: ToolConnection, table: Table, maker: Maker) -> Inserted | NotFound:
    """Insert a row, changed after each error by what the error tells, within a transaction.

    Args:
        connection: the clone; a transaction is open.
        table: which.
        maker: makes its rows.
    """
    reason = "no row was tried"
    for start in range(_STARTS):
        try:
            row = maker.row(anew=start == _STARTS - 1)
            for _ in range(_TRIES // _STARTS):
                try:
                    return insert(connection, table, row)
                except psycopg.Error as error:
                    if connection.closed:
                        raise
                    reason = f"{error.sqlstate}: {error.diag.message_primary}"
                    if error.sqlstate in _HOPELESS:
                        return NotFound(reason)
                    row = maker.amend(row, error)
        except NoParent as missing:
            return NotFound(str(missing), waits=True)
    return NotFound(reason)


def insert(connection: ToolConnection, table: Table, row: Row) -> Inserted:
    """Insert a row and check all that is deferred; undone as a whole when it is refused."""
    with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(insert_statement(table, row), list(row.values()))
        written = cursor.fetchone() or (0,)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return Inserted(row, written[0], tuple(written[1:]))
