"""Turning a primary key or unique constraint into an index that is built beside others.

``ALTER TABLE … ADD PRIMARY KEY`` locks its table against other index builds. Building the unique
index first and attaching it afterwards lets two indexes of one table be built at the same time.
"""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import sql

from shared_db.tool_connection import ToolConnection

_CONSTRAINTS = """
SELECT con.conname AS name,
       c.relname AS table_name,
       con.contype = 'p' AS is_primary,
       con.condeferrable AS deferrable,
       con.condeferred AS deferred,
       pg_get_indexdef(con.conindid) AS definition,
       i.relname AS index_name,
       pg_relation_size(con.conindid) AS bytes
  FROM pg_constraint AS con
  JOIN pg_class AS c ON c.oid = con.conrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_class AS i ON i.oid = con.conindid
  JOIN pg_index AS x ON x.indexrelid = con.conindid
 WHERE n.nspname = %s
   AND con.contype IN ('p', 'u')
   AND c.relkind = 'r'
   AND NOT x.indisexclusion
   AND con.conname = i.relname
"""


@dataclass(frozen=True)
class UniqueIndex:
    """A constraint that is an index: how to build it and how to attach it."""

    bytes: int
    build: str
    attach: str


def unique_indexes(connection: ToolConnection, schema: str) -> dict[str, UniqueIndex]:
    """The constraints that can be built as indexes first, by ``table constraint``."""
    rows = connection.execute(_CONSTRAINTS, [schema]).fetchall()
    return {f"{row['table_name']} {row['name']}": _index(schema, row) for row in rows}


def _index(schema: str, row: dict[str, object]) -> UniqueIndex:
    attach = sql.SQL("ALTER TABLE ONLY {table} ADD CONSTRAINT {name} {kind} USING INDEX {index}")
    composed = attach.format(
        table=sql.Identifier(schema, str(row["table_name"])),
        name=sql.Identifier(str(row["name"])),
        kind=sql.SQL("PRIMARY KEY" if row["is_primary"] else "UNIQUE"),
        index=sql.Identifier(str(row["index_name"])),
    )
    if row["deferrable"]:
        composed += sql.SQL(" DEFERRABLE")
    if row["deferred"]:
        composed += sql.SQL(" INITIALLY DEFERRED")
    return UniqueIndex(int(str(row["bytes"])), str(row["definition"]), composed.as_string(None))
