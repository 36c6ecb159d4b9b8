"""Writes the seed, as the owner of each schema, in transactions of some thousand payments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from psycopg import sql
from shared_db.tool_connection import ToolConnection

from rehearsal.seed.size import Seed
from rehearsal.seed.table import SeededTable

_CHUNK = 10_000

Chunk = tuple[int, int]
"""The first and the last number."""


def chunks(numbers: int) -> list[Chunk]:
    """The numbers from one on in transactions of a good size."""
    firsts = range(1, numbers + 1, _CHUNK)
    return [(first, min(first + _CHUNK - 1, numbers)) for first in firsts]


def insert_seed(
    connection: ToolConnection,
    tables: Sequence[SeededTable],
    seed: Seed,
    numbers: Iterable[Chunk],
    *,
    owner: str,
) -> int:
    """Insert the rows of these numbers.

    Args:
        connection: to the database that houses the tables, in autocommit.
        tables: of one schema, referenced ones first, all per payment or all per user.
        seed: how much.
        numbers: each chunk is a transaction.
        owner: the role that owns the tables.

    Returns:
        How many rows were written.
    """
    rows = 0
    connection.execute(sql.SQL("SET ROLE {owner}").format(owner=sql.Identifier(owner)))
    for first, last in numbers:
        with connection.transaction():
            rows += sum(_insert(connection, table, seed, first, last) for table in tables)
    connection.execute("RESET ROLE")
    return rows


def settle_tables(connection: ToolConnection, tables: Iterable[SeededTable]) -> None:
    """Leave tables as a server does that has had them for long: vacuumed, analysed, on disk.

    Otherwise the first to read a row writes its page, and vacuuming starts when the traffic does.
    """
    for table in tables:
        connection.execute(
            sql.SQL("VACUUM (FREEZE, ANALYZE) {table}").format(table=table.identifier)
        )
    connection.execute("CHECKPOINT")


def _insert(
    connection: ToolConnection, table: SeededTable, seed: Seed, first: int, last: int
) -> int:
    statement = sql.SQL("INSERT INTO {table} ({columns})\n{rows}").format(
        table=table.identifier, columns=table.column_list(), rows=table.rows
    )
    return connection.execute(statement, seed.parameters(first, last)).rowcount
