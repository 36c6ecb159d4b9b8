"""All rows of each table as two numbers: how many, and the sum of their hashes."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg.rows import tuple_row
from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.checking.history import Key
from rehearsal.any_schema.learning.statements import named_statement, totals_statement
from rehearsal.any_schema.shape import Table


@dataclass(frozen=True)
class Total:
    """Rows of a table and the sum of their hashes."""

    rows: int
    sum: int

    def without(self, hashes: list[int]) -> Total:
        """The same without the rows that have these hashes."""
        return Total(self.rows - len(hashes), self.sum - sum(hashes))


def read_totals(connection: ToolConnection, tables: list[Table]) -> dict[Table, Total]:
    """The totals of tables.

    Args:
        connection: the home, as a superuser, with the options of hashes.
        tables: which.
    """
    found = {}
    for table in tables:
        with connection.cursor(row_factory=tuple_row) as cursor:
            rows, sum_ = cursor.execute(totals_statement(table)).fetchone() or (0, 0)
        found[table] = Total(int(rows), int(sum_))
    return found


def read_states(connection: ToolConnection, table: Table, keys: list[Key]) -> dict[Key, int]:
    """The hashes of the rows that are there, by their keys.

    Args:
        connection: the home, as a superuser, with the options of hashes.
        table: one with a key.
        keys: of the rows that are looked for.
    """
    if not keys:
        return {}
    columns = [list(column) for column in zip(*keys, strict=True)]
    with connection.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(named_statement(table), columns).fetchall()
    return {tuple(key): int(state) for state, *key in rows}
