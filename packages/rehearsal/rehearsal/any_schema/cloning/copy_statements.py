"""COPY from the source to the clone."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql
from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.cloning.source import Source


def copy_between(
    source: Source,
    clone: ToolConnection,
    reading: sql.Composed,
    writing: sql.Composed,
    values: list[list[str]] | None = None,
) -> int:
    """Send the rows of one statement to another.

    Args:
        source: where ``reading`` runs, with ``values``.
        clone: where ``writing`` runs.
        reading: ``COPY … TO STDOUT``.
        writing: ``COPY … FROM STDIN``.
        values: parameters of ``reading``.

    Returns:
        How many rows were copied.
    """
    with source.connection.cursor() as there, clone.cursor() as here:
        with there.copy(reading, values) as rows, here.copy(writing) as copied:
            for data in rows:
                copied.write(data)
        return here.rowcount


def into(schema: str, table: str, columns: Sequence[str]) -> sql.Composed:
    """Writes rows of these columns."""
    if not columns:
        return sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(schema, table))
    return sql.SQL("COPY {table} ({columns}) FROM STDIN").format(
        table=sql.Identifier(schema, table), columns=listed(columns)
    )


def listed(columns: Sequence[str]) -> sql.Composed:
    """Names with commas between them."""
    return sql.SQL(", ").join(map(sql.Identifier, columns))
