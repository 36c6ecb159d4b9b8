"""The rows of the schema: all, or so many of each table with those that they refer to."""

from __future__ import annotations

import psycopg
from psycopg import sql
from shared_db import ServerError
from shared_db.move.sequences import read_statement, sequences_of
from shared_db.move.tables import Table, tables_of
from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.cloning.copy_statements import copy_between, into, listed
from rehearsal.any_schema.cloning.referenced_rows import copy_referenced
from rehearsal.any_schema.cloning.source import Source


def copy_rows(source: Source, clone: ToolConnection, limit: int | None) -> int:
    """Copy the rows of all tables, then where the sequences are.

    Args:
        source: read in its snapshot.
        clone: has the tables, without indexes and constraints.
        limit: rows of each table; those that they refer to come in addition.

    Returns:
        How many rows were copied.

    Raises:
        ServerError: a row cannot be read or written.
    """
    count = 0
    try:
        for table in tables_of(source.connection, source.schema):
            count += copy_between(
                source,
                clone,
                _selected(table, limit),
                into(table.schema, table.name, table.columns),
            )
        if limit is not None:
            count += copy_referenced(source, clone)
        _set_sequences(source, clone)
    except psycopg.Error as error:
        raise ServerError(
            f"The rows of {source.schema} cannot be cloned ({str(error).strip()}): name a role in "
            "--from that may read all of them."
        ) from error
    return count


def _selected(table: Table, limit: int | None) -> sql.Composed:
    return sql.SQL("COPY (SELECT {columns} FROM ONLY {table}{limit}) TO STDOUT").format(
        columns=listed(table.columns),
        table=sql.Identifier(table.schema, table.name),
        limit=sql.SQL("" if limit is None else f" LIMIT {limit:d}"),
    )


def _set_sequences(source: Source, clone: ToolConnection) -> None:
    sequences = sequences_of(source.connection, source.schema)
    if not sequences:
        return
    rows = source.connection.execute(read_statement(sequences)).fetchall()
    for row in rows:
        one = sequences[int(row["position"])]
        name = sql.Identifier(one.schema, one.name).as_string(None)
        clone.execute(
            "SELECT setval(%s::regclass, %s, %s)", [name, row["last_value"], row["is_called"]]
        )
