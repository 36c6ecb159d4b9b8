"""Columns whose values mean something else in another database, or are not replicated."""

from __future__ import annotations

from collections.abc import Iterator

from shared_db.check.finding import Verdict
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.rule import Rule, find_by
from shared_db.tool_connection import ToolConnection

_COLUMN = """
        SELECT format('%%I.%%I.%%I', n.nspname, c.relname, a.attname) AS name,
               format('%%I.%%I', n.nspname, c.relname) AS on_table,
               quote_ident(a.attname) AS column,
               quote_ident(a.attname || '_bytes') AS new_column,
               format_type(a.atttypid, a.atttypmod) AS type,
               CASE WHEN element.typelem <> 0 THEN 'text[]' ELSE 'text' END AS text_type
          FROM pg_attribute AS a
          JOIN pg_class AS c ON c.oid = a.attrelid
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
          JOIN pg_type AS t ON t.oid = a.atttypid
          JOIN pg_type AS element ON element.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
          JOIN pg_type AS plain
            ON plain.oid = coalesce(nullif(element.typelem, 0), element.oid)
         WHERE n.nspname = %(schema)s
           AND c.relkind IN ('r', 'p')
           AND NOT c.relispartition
           AND a.attnum > 0
           AND NOT a.attisdropped
"""

_RULES = (
    Rule(
        "object-identifier",
        Verdict.BLOCKS,
        "{name} has the type {type}: it holds object identifiers, which are others at the target.",
        "On the source, run `ALTER TABLE {on_table} ALTER COLUMN {column} TYPE {text_type} USING "
        "{column}::{text_type}`.",
        _COLUMN
        + """
           AND plain.oid IN (
                   'regclass'::regtype, 'regcollation'::regtype, 'regconfig'::regtype,
                   'regdictionary'::regtype, 'regnamespace'::regtype, 'regoper'::regtype,
                   'regoperator'::regtype, 'regproc'::regtype, 'regprocedure'::regtype,
                   'regrole'::regtype, 'regtype'::regtype
               )
         ORDER BY 1
        """,
    ),
    Rule(
        "large-object",
        Verdict.BLOCKS,
        "{name} may hold large objects, of which the database has some: they lie outside every "
        "schema and are not replicated.",
        "On the source, run `ALTER TABLE {on_table} ADD COLUMN {new_column} bytea; "
        "UPDATE {on_table} SET {new_column} = lo_get({column}) "
        "WHERE {column} IN (SELECT oid FROM pg_largeobject_metadata); "
        "ALTER TABLE {on_table} DROP COLUMN {column}`, and let the application use that column.",
        _COLUMN
        + """
           AND (
                   plain.oid = 'oid'::regtype
                   OR element.typname = 'lo' AND element.typbasetype = 'oid'::regtype
                   OR t.typname = 'lo' AND t.typbasetype = 'oid'::regtype
               )
           AND EXISTS (SELECT FROM pg_largeobject_metadata)
         ORDER BY 1
        """,
    ),
    Rule(
        "generated-column",
        Verdict.INFORMS,
        "{name} is generated: the target computes it anew instead of copying it.",
        "After the copy, compare all rows: {verify}.",
        _COLUMN.replace("SELECT", "SELECT %(verify)s::text AS verify,", 1)
        + """
           AND a.attgenerated <> ''
         ORDER BY 2
        """,
    ),
)


def find_columns(connection: ToolConnection, schema: str, verify: str) -> Iterator[Obstacle]:
    """Columns with object identifiers or large objects, and generated columns.

    Args:
        connection: the home.
        schema: what moves.
        verify: the command that compares all rows of it.
    """
    yield from find_by(_RULES, connection, {"schema": schema, "verify": verify})
