"""Indexes and the constraints behind which they stand, built beside each other.

``ALTER TABLE … ADD PRIMARY KEY`` locks its table against other index builds. Building the unique
index first and attaching it afterwards lets two indexes of one table be built at the same time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg import sql

from shared_db.move.copy.tags import by_tag
from shared_db.move.schema_dump import Item
from shared_db.tool_connection import ToolConnection

_INDEXES = """
SELECT i.relname AS name,
       c.relname AS table_name,
       con.conname AS constraint_name,
       con.contype = 'p' AS is_primary,
       con.condeferrable AS deferrable,
       con.condeferred AS deferred,
       x.indisexclusion AS excludes,
       a.amname = 'btree' AS sorted,
       pg_get_indexdef(i.oid) AS definition,
       pg_relation_size(i.oid) AS bytes
  FROM pg_index AS x
  JOIN pg_class AS i ON i.oid = x.indexrelid
  JOIN pg_am AS a ON a.oid = i.relam
  JOIN pg_class AS c ON c.oid = x.indrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_constraint AS con ON con.conindid = i.oid AND con.contype IN ('p', 'u', 'x')
 WHERE n.nspname = %s
   AND c.relkind = 'r'
"""


@dataclass(frozen=True)
class Index:
    """An index of a table that holds rows.

    Args:
        table: the table's name.
        bytes: its size at the source.
        sorted: whether building it sorts, as of a B-tree.
        alone: whether building it keeps other builds away from the table.
        build: the statement that builds it.
        rest: what follows when all indexes are there: its constraint, what refers to it.
    """

    table: str
    bytes: int
    sorted: bool
    alone: bool
    build: str
    rest: str


class Indexes:
    """The indexes of a schema as the source has them.

    Args:
        connection: to the source, with an empty search path.
        schema: the schema.
    """

    def __init__(self, connection: ToolConnection, schema: str) -> None:
        self._schema = schema
        rows = connection.execute(_INDEXES, [schema]).fetchall()
        plain = [row for row in rows if row["constraint_name"] is None]
        constraints = [row for row in rows if row["constraint_name"] is not None]
        self._plain = {row["name"]: row for row in plain}
        self._constraints = by_tag(constraints, "table_name", "constraint_name")

    def of(self, item: Item) -> Index | None:
        """The index that an item of a dump makes, None where the item is best run as it is."""
        if item.type == "INDEX":
            return self._of_index(item)
        return self._of_constraint(item) if item.type == "CONSTRAINT" else None

    def _of_index(self, item: Item) -> Index | None:
        row = self._plain.get(item.name)
        if row is None:
            return None
        settings, found, rest = item.statements.partition(f"{row['definition']};\n")
        return _index(row, f"{settings}{found}", f"{settings}{rest}") if found else None

    def _of_constraint(self, item: Item) -> Index | None:
        row = self._constraints.get(item.name)
        if row is None:
            return None
        if row["excludes"]:
            return _index(row, item.statements, "", alone=True)
        settings, found, statements = item.statements.partition("ALTER TABLE ")
        adding, _, rest = statements.partition(";\n")
        if not found or adding.count('"') % 2:
            return None
        build = f"{settings}{row['definition']};"
        return _index(row, build, f"{self._attach(row)};\n{rest}")

    def _attach(self, row: dict[str, Any]) -> str:
        attach = sql.SQL(
            "ALTER TABLE ONLY {table} ADD CONSTRAINT {name} {kind} USING INDEX {index}"
        ).format(
            table=sql.Identifier(self._schema, row["table_name"]),
            name=sql.Identifier(row["constraint_name"]),
            kind=sql.SQL("PRIMARY KEY" if row["is_primary"] else "UNIQUE"),
            index=sql.Identifier(row["name"]),
        )
        if row["deferrable"]:
            attach += sql.SQL(" DEFERRABLE")
        if row["deferred"]:
            attach += sql.SQL(" INITIALLY DEFERRED")
        return attach.as_string(None)


def _index(row: dict[str, Any], build: str, rest: str, *, alone: bool = False) -> Index:
    return Index(row["table_name"], int(row["bytes"]), row["sorted"], alone, build, rest)
