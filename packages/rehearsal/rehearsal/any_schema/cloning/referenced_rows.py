"""The rows that copied rows refer to, where not all rows of a table were copied."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import sql
from psycopg.rows import tuple_row
from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.cloning.copy_statements import copy_between, into
from rehearsal.any_schema.cloning.source import Source

_BATCH = 1000

_FOREIGN_KEYS = """
SELECT c.relname AS child, p.relname AS parent, p.relkind = 'p' AS is_partitioned,
       array(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u (number, place)
               JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.number
              ORDER BY u.place) AS columns,
       array(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS u (number, place)
               JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.number
              ORDER BY u.place) AS referenced,
       array(SELECT format_type(a.atttypid, a.atttypmod)
               FROM unnest(k.confkey) WITH ORDINALITY AS u (number, place)
               JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.number
              ORDER BY u.place) AS types,
       array(SELECT a.attname::text FROM pg_attribute AS a
              WHERE a.attrelid = p.oid AND a.attnum > 0
                AND NOT a.attisdropped AND a.attgenerated = ''
              ORDER BY a.attnum) AS all_columns
  FROM pg_constraint AS k
  JOIN pg_class AS c ON c.oid = k.conrelid
  JOIN pg_class AS p ON p.oid = k.confrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE k.contype = 'f' AND k.conparentid = 0
   AND n.nspname = %s AND p.relnamespace = c.relnamespace
 ORDER BY k.conname
"""


@dataclass(frozen=True)
class Reference:
    """A foreign key within the schema: which rows a row needs."""

    child: str
    parent: str
    is_partitioned: bool
    columns: list[str]
    referenced: list[str]
    types: list[str]
    all_columns: list[str]


def copy_referenced(source: Source, clone: ToolConnection) -> int:
    """Copy the rows that copied ones refer to, and those that these refer to, until none lacks."""
    found = [Reference(**row) for row in source.rows(_FOREIGN_KEYS, [source.schema])]
    count = 0
    while missing := sum(_copy_parents(source, clone, reference) for reference in found):
        count += missing
    return count


def _copy_parents(source: Source, clone: ToolConnection, reference: Reference) -> int:
    keys = _missing(clone, source.schema, reference)
    count = 0
    for begin in range(0, len(keys), _BATCH):
        batch = keys[begin : begin + _BATCH]
        columns = [[key[place] for key in batch] for place in range(len(reference.referenced))]
        writing = into(source.schema, reference.parent, reference.all_columns)
        count += copy_between(source, clone, _named(source.schema, reference), writing, columns)
    return count


def _missing(clone: ToolConnection, schema: str, reference: Reference) -> list[tuple[str, ...]]:
    """The keys, as text, to which copied rows refer and which are not there."""
    pairs = list(zip(reference.columns, reference.referenced, strict=True))
    query = sql.SQL(
        "SELECT DISTINCT {keys} FROM {child} AS c WHERE {given} AND NOT EXISTS"
        " (SELECT FROM {parent} AS p WHERE {same})"
    ).format(
        keys=sql.SQL(", ").join(sql.SQL("c.{}::text").format(sql.Identifier(c)) for c, _ in pairs),
        child=sql.Identifier(schema, reference.child),
        given=sql.SQL(" AND ").join(
            sql.SQL("c.{} IS NOT NULL").format(sql.Identifier(c)) for c, _ in pairs
        ),
        parent=sql.Identifier(schema, reference.parent),
        same=sql.SQL(" AND ").join(
            sql.SQL("p.{} = c.{}").format(sql.Identifier(p), sql.Identifier(c)) for c, p in pairs
        ),
    )
    with clone.cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(query).fetchall()


def _named(schema: str, reference: Reference) -> sql.Composed:
    """Reads the parents whose keys are given, a list for each column."""
    wanted = [sql.Identifier(f"k{place}") for place, _ in enumerate(reference.referenced)]
    return sql.SQL(
        "COPY (SELECT {columns} FROM {only}{parent} AS p JOIN unnest({lists}) AS k ({wanted})"
        " ON {same}) TO STDOUT"
    ).format(
        columns=sql.SQL(", ").join(
            sql.SQL("p.") + sql.Identifier(name) for name in reference.all_columns
        ),
        only=sql.SQL("" if reference.is_partitioned else "ONLY "),
        parent=sql.Identifier(schema, reference.parent),
        lists=sql.SQL(", ").join(sql.SQL("%s::text[]") for _ in wanted),
        wanted=sql.SQL(", ").join(wanted),
        same=sql.SQL(" AND ").join(
            sql.SQL("p.{name} = k.{key}::{type}").format(
                name=sql.Identifier(name), key=key, type=sql.SQL(kind)
            )
            for name, key, kind in zip(reference.referenced, wanted, reference.types, strict=True)
        ),
    )
