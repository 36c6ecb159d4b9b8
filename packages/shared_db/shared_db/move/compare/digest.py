"""Counting rows and summing up their hashes: equal totals mean equal rows.

A row is hashed by its binary form as one value of 64 bits. ``hash_record_extended`` of the row
would be faster but does not do: it adds up the hashes of the columns, so that the sum stays the
same for most pairs of rows that swapped a value, and it folds a bigint or timestamp to 32 bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg import sql

from shared_db.move.compare.tables import ComparedTable
from shared_db.tool_connection import ToolConnection

_CHUNK_BYTES = 2 * 1024 * 1024
"""A fraction of a second of work: the longest for which a gentle comparison does not rest."""
_BYTEA_HASH_SINCE = 180000

_PAGES = """
SELECT pg_relation_size(%s::regclass) / current_setting('block_size')::int AS pages,
       %s / current_setting('block_size')::int AS step
"""

_DIGEST = """
SELECT count(*) AS rows, coalesce(sum({row}), 0) AS total
  FROM ONLY {table} AS t
 WHERE {pages}
"""


@dataclass(frozen=True)
class Digest:
    """Number of rows and sum of their hashes; the sum is exact, whatever the number."""

    rows: int = 0
    total: int = 0

    def __add__(self, other: Digest) -> Digest:
        return Digest(self.rows + other.rows, self.total + other.total)


@dataclass(frozen=True)
class Pages:
    """Pages of a table's file, from ``first`` up to but without ``end``; None is no limit."""

    first: int = 0
    end: int | None = None

    def condition(self) -> sql.Composable:
        """The condition on rows of ``t``."""
        first = sql.SQL("t.ctid >= {p}").format(p=sql.Literal(f"({self.first},0)"))
        if self.end is None:
            return first if self.first else sql.SQL("true")
        end = sql.SQL("t.ctid < {p}").format(p=sql.Literal(f"({self.end},0)"))
        return sql.SQL("{first} AND {end}").format(first=first, end=end)


def pages_of(connection: ToolConnection, table: ComparedTable) -> Iterator[Pages]:
    """The table in pieces of 2 MB; the last has no end, in case the file grows meanwhile."""
    name = sql.Identifier(table.schema, table.name).as_string(connection)
    found = connection.execute(_PAGES, [name, _CHUNK_BYTES]).fetchone()
    count, step = (found["pages"], found["step"]) if found else (0, 1)
    firsts = range(0, max(count, 1), step)
    for first in firsts:
        yield Pages(first, None if first == firsts[-1] else first + step)


def row_hash(connection: ToolConnection, table: ComparedTable) -> sql.Composable:
    """The hash of a row of ``t`` as an expression."""
    return _hash(connection, table, table.columns)


def key_hash(connection: ToolConnection, table: ComparedTable) -> sql.Composable:
    """The hash of the key of a row of ``t``; of the whole row where there is no key."""
    return _hash(connection, table, table.key or table.columns)


def digest(connection: ToolConnection, table: ComparedTable, pages: Pages) -> Digest:
    """Count and sum up the rows in those pages."""
    query = sql.SQL(_DIGEST).format(
        row=row_hash(connection, table),
        table=sql.Identifier(table.schema, table.name),
        pages=pages.condition(),
    )
    found = connection.execute(query).fetchone()
    return Digest(found["rows"], int(found["total"])) if found else Digest()


def _hash(
    connection: ToolConnection, table: ComparedTable, columns: Sequence[str]
) -> sql.Composable:
    """Text is made by the types' output functions, as of a ROW; a cast could be somebody's own."""
    binary = [column(name) for name in columns if name in table.binary]
    text = [column(name) for name in columns if name not in table.binary]
    if text:
        binary.append(sql.SQL("ROW({c})::text").format(c=sql.SQL(", ").join(text)))
    record = sql.SQL("record_send(ROW({c}))").format(c=sql.SQL(", ").join(binary))
    if connection.info.server_version >= _BYTEA_HASH_SINCE:
        return sql.SQL("hashbyteaextended({record}, 0)").format(record=record)
    return sql.SQL("hash_record_extended(ROW({record}), 0)").format(record=record)


def column(name: str) -> sql.Composable:
    """A column of ``t``."""
    return sql.SQL("t.{name}").format(name=sql.Identifier(name))
