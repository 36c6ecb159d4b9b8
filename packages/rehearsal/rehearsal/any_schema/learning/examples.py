"""Rows that are there: examples for new ones, and keys for references to them."""

from __future__ import annotations

from psycopg import sql
from psycopg.rows import tuple_row
from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.shape import Reference, Table

Row = dict[str, str | None]
"""Values of columns as texts; a column that is missing gets its default."""

_EXAMPLES = 40
_PARENTS = 300


def read_examples(connection: ToolConnection, table: Table) -> list[Row]:
    """Some of a table's rows, in the columns to which a value may be given.

    Args:
        connection: the clone, as a superuser.
        table: which.
    """
    columns = [column.name for column in table.given]
    if not columns:
        return []
    query = sql.SQL("SELECT {columns} FROM {table} AS the_row LIMIT {most}").format(
        columns=as_texts(columns), table=table.source, most=sql.Literal(_EXAMPLES)
    )
    with connection.cursor(row_factory=tuple_row) as cursor:
        return [dict(zip(columns, row, strict=True)) for row in cursor.execute(query)]


class Parents:
    """The rows to which references may point.

    Args:
        connection: the clone, as a superuser.
    """

    def __init__(self, connection: ToolConnection) -> None:
        self._connection = connection
        self._known: dict[Reference, list[tuple[str, ...]]] = {}

    def keys(self, reference: Reference) -> list[tuple[str, ...]]:
        """Keys of rows that are there; they stay, since a rehearsal deletes only its own rows."""
        if not self._known.get(reference):
            self._known[reference] = self._read(reference)
        return self._known[reference]

    def prefer(self, reference: Reference, keys: list[tuple[str, ...]]) -> None:
        """Let these be the ones to which rows refer from now on."""
        self._known[reference] = keys

    def _read(self, reference: Reference) -> list[tuple[str, ...]]:
        query = sql.SQL(
            "SELECT {columns} FROM {parent} AS the_row WHERE {given} LIMIT {most}"
        ).format(
            columns=as_texts(reference.referenced),
            parent=sql.Identifier(*reference.parent),
            given=sql.SQL(" AND ").join(
                sql.SQL("the_row.{} IS NOT NULL").format(sql.Identifier(name))
                for name in reference.referenced
            ),
            most=sql.Literal(_PARENTS),
        )
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            return cursor.execute(query).fetchall()


def as_texts(columns: tuple[str, ...] | list[str]) -> sql.Composed:
    """Columns of ``the_row`` as texts."""
    return sql.SQL(", ").join(
        sql.SQL("the_row.{}::text").format(sql.Identifier(c)) for c in columns
    )
