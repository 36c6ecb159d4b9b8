"""A seeded table: its columns, and the query that gives the rows it should hold."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import sql


@dataclass(frozen=True)
class SeededTable:
    """A table and its rows as a query.

    Args:
        schema: the schema.
        name: the table.
        columns: the columns in the order of the query, separated by spaces; the first is the
            key, a UUIDv7.
        rows: gives the rows for the numbers from ``%(first)s`` to ``%(last)s``.
        per_payment: whether a number is that of a payment; else of a user.
    """

    schema: str
    name: str
    columns: str
    rows: sql.Composed
    per_payment: bool = True

    @property
    def key(self) -> sql.Identifier:
        """The column of the primary key."""
        return sql.Identifier(self.columns.split()[0])

    @property
    def identifier(self) -> sql.Identifier:
        """The qualified name, quoted."""
        return sql.Identifier(self.schema, self.name)

    def column_list(self, alias: str = "") -> sql.Composed:
        """The columns, quoted and separated by commas."""
        prefix = (alias,) if alias else ()
        return sql.SQL(", ").join(
            sql.Identifier(*prefix, column) for column in self.columns.split()
        )
