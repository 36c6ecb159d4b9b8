"""The tables and sequences of a schema, as a move copies and publishes them."""

from __future__ import annotations

from dataclasses import dataclass

from shared_db.tool_connection import ToolConnection

_TABLES = """
SELECT c.relname AS name,
       c.relpages::bigint AS known_pages,
       pg_relation_size(c.oid) / current_setting('block_size')::int AS pages,
       greatest(c.reltuples, 0)::bigint AS rows,
       array(
           SELECT a.attname::text FROM pg_attribute AS a
            WHERE a.attrelid = c.oid AND a.attnum > 0
              AND NOT a.attisdropped AND a.attgenerated = ''
            ORDER BY a.attnum
       ) AS columns
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = %s
   AND c.relkind = 'r'
 ORDER BY pages DESC, c.relname
"""

_BINARY = """
SELECT NOT EXISTS (
    SELECT FROM pg_attribute AS a
      JOIN pg_class AS c ON c.oid = a.attrelid
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_type AS t ON t.oid = a.atttypid
     WHERE n.nspname = %s AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
       AND (t.typsend = 0 OR t.typreceive = 0)
) AS possible
"""

_SHAPE = """
SELECT coalesce(md5(string_agg(
           format('%%s %%s %%s %%s %%s', c.relkind, c.relname, a.attname,
                  format_type(a.atttypid, a.atttypmod), a.attnotnull),
           ',' ORDER BY c.relname COLLATE "C", a.attname COLLATE "C"
       )), '') AS shape
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_attribute AS a
    ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind <> 'S'
 WHERE n.nspname = %s
   AND c.relkind IN ('r', 'p', 'S')
"""


@dataclass(frozen=True)
class Table:
    """A table that holds rows itself: a partition, never what it is a partition of.

    Args:
        schema: its schema.
        name: its name.
        pages: blocks of its file.
        rows: what the planner believes; 0 when it was never analysed.
        columns: those that are copied; generated ones are made anew.
    """

    schema: str
    name: str
    pages: int
    rows: int
    columns: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """Size of its file, without indexes."""
        return self.pages * 8192


def tables_of(connection: ToolConnection, schema: str) -> tuple[Table, ...]:
    """All tables of the schema that hold rows, largest first."""
    rows = connection.execute(_TABLES, [schema]).fetchall()
    return tuple(
        Table(schema, row["name"], row["pages"], row["rows"], tuple(row["columns"])) for row in rows
    )


def binary_possible(connection: ToolConnection, schema: str) -> bool:
    """Whether all column types have a binary form."""
    row = connection.execute(_BINARY, [schema]).fetchone()
    return bool(row and row["possible"])


def shape_of(connection: ToolConnection, schema: str) -> str:
    """A digest of all tables, columns and sequences, by which a change under way shows itself."""
    row = connection.execute(_SHAPE, [schema]).fetchone()
    return str(row["shape"]) if row else ""
