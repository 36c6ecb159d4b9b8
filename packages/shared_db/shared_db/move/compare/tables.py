"""Which tables of a schema are compared, by which columns, and how each column is read."""

from __future__ import annotations

from dataclasses import dataclass

from shared_db.tool_connection import ToolConnection

BINARY_TYPES = (
    "bit",
    "bool",
    "bpchar",
    "bytea",
    "cidr",
    "date",
    "inet",
    "int2",
    "int4",
    "int8",
    "interval",
    "json",
    "jsonb",
    "macaddr",
    "macaddr8",
    "money",
    "numeric",
    "oid",
    "text",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "uuid",
    "varbit",
    "varchar",
)
"""Built-in types whose binary form is equal exactly when the values are, on any server.

Left out: floats (NaN has several bit patterns), arrays (their flag for NULLs may be set when none
is there), enums, domains and composites (the form holds an OID, which differs between servers).
These are compared as text.
"""

_TABLES = """
SELECT c.relname AS name,
       pg_relation_size(c.oid) / current_setting('block_size')::int AS pages,
       (SELECT coalesce(array_agg(a.attname::text ORDER BY a.attnum), '{}')
          FROM pg_attribute AS a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           AND a.attgenerated <> 'v') AS columns,
       (SELECT coalesce(array_agg(a.attname::text ORDER BY a.attnum), '{}')
          FROM pg_attribute AS a
          JOIN pg_type AS t ON t.oid = a.atttypid
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           AND a.attgenerated <> 'v'
           AND t.typnamespace = 'pg_catalog'::regnamespace
           AND t.typname = ANY(%(binary)s)) AS binary_columns,
       (SELECT coalesce(array_agg(a.attname::text ORDER BY k.position), '{}')
          FROM (SELECT i.indkey, i.indnkeyatts
                  FROM pg_index AS i
                 WHERE i.indrelid = c.oid AND (i.indisprimary OR i.indisreplident)
                 ORDER BY i.indisprimary DESC
                 LIMIT 1) AS i
         CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position)
          JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum
         WHERE k.position <= i.indnkeyatts) AS key
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = %(schema)s
   AND c.relkind = 'r'
 ORDER BY pages DESC, c.relname
"""


@dataclass(frozen=True)
class ComparedTable:
    """A table that holds rows itself: a partition, never what it is a partition of.

    Args:
        schema: its schema.
        name: its name.
        columns: all that are stored, generated ones too.
        binary: those of them that are compared in their binary form, the others as text.
        key: what tells rows apart, the primary key or the replica identity's index; or nothing.
        pages: blocks of its file.
    """

    schema: str
    name: str
    columns: tuple[str, ...]
    binary: tuple[str, ...]
    key: tuple[str, ...]
    pages: int

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def exact_record(self) -> bool:
        """Whether the binary form of the whole row says all."""
        return self.binary == self.columns


def comparable_tables(connection: ToolConnection, schema: str) -> tuple[ComparedTable, ...]:
    """All tables of the schema that hold rows, largest first."""
    rows = connection.execute(_TABLES, {"schema": schema, "binary": list(BINARY_TYPES)}).fetchall()
    return tuple(
        ComparedTable(
            schema=schema,
            name=row["name"],
            columns=tuple(row["columns"]),
            binary=tuple(row["binary_columns"]),
            key=tuple(row["key"]),
            pages=row["pages"],
        )
        for row in rows
    )
