"""Rows for tables that have none: without them, nothing could refer to anything."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.learning.examples import Parents
from rehearsal.any_schema.learning.maker import Maker
from rehearsal.any_schema.learning.search import NotFound, insert_some_row
from rehearsal.any_schema.shape import Table

_ROWS = 20


def fill_empty_tables(
    connection: ToolConnection, tables: list[Table], random: Random
) -> tuple[list[Table], int]:
    """Insert some rows into each table that has none, those that others refer to first.

    Args:
        connection: the clone, as a superuser, in autocommit.
        tables: all tables of the schema.
        random: what chooses.

    Returns:
        The tables as they are then, and how many rows were added.
    """
    parents = Parents(connection)
    waiting = {table.name: table for table in tables if not table.rows}
    filled: set[str] = set()
    count = 0
    while True:
        before = len(filled)
        for name, table in list(waiting.items()):
            added, waits = _fill(connection, table, parents, random)
            count += added
            if added:
                filled.add(name)
            if added or not waits:
                del waiting[name]
        if len(filled) == before:
            break
    return [replace(t, rows=t.rows or t.name in filled) for t in tables], count


def _fill(
    connection: ToolConnection, table: Table, parents: Parents, random: Random
) -> tuple[int, bool]:
    """How many rows were added, and whether there may be some when other tables have rows."""
    maker = Maker(table, [], parents, random)
    for count in range(_ROWS):
        with connection.transaction():
            found = insert_some_row(connection, table, maker)
        if isinstance(found, NotFound):
            return count, found.waits
    return _ROWS, False
