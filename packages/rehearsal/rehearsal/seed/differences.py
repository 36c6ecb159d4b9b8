"""What has become of the seed: nobody writes to it, so any difference is damage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from psycopg import sql
from shared_db.tool_connection import ToolConnection

from rehearsal.seed.identifiers import least_uuid7
from rehearsal.seed.size import Seed
from rehearsal.seed.table import SeededTable

_MOST = 20

_COMPARE = """
SELECT coalesce(kept.{key}, expected.{key})::text AS id,
       CASE WHEN kept.{key} IS NULL THEN 'missing'
            WHEN expected.{key} IS NULL THEN 'added'
            ELSE 'changed'
        END AS what
  FROM (SELECT * FROM {table} WHERE {key} < {boundary}) AS kept
  FULL JOIN ({rows}) AS expected ({columns}) ON expected.{key} = kept.{key}
 WHERE ({kept_columns}) IS DISTINCT FROM ({expected_columns})
 ORDER BY 1
 LIMIT {most}
"""


@dataclass(frozen=True)
class Difference:
    """A row that is not what was seeded.

    Args:
        table: its table, qualified.
        id: its key.
        what: ``missing``, ``added`` or ``changed``.
    """

    table: str
    id: str
    what: str

    def __str__(self) -> str:
        return f"{self.table} {self.id} ({self.what})"


def differences(
    connection: ToolConnection, tables: Iterable[SeededTable], seed: Seed
) -> list[Difference]:
    """Rows of these tables that are not what was seeded, at most twenty of each.

    Rows that are younger than the seed do not count.

    Args:
        connection: to the database that houses them, as a role that may read them.
        tables: of one schema.
        seed: what was seeded.
    """
    return [each for table in tables for each in _differences(connection, table, seed)]


def _differences(
    connection: ToolConnection, table: SeededTable, seed: Seed
) -> Iterable[Difference]:
    statement = sql.SQL(_COMPARE).format(
        table=table.identifier,
        key=table.key,
        boundary=least_uuid7("%(boundary)s::timestamptz"),
        rows=table.rows,
        columns=table.column_list(),
        kept_columns=table.column_list("kept"),
        expected_columns=table.column_list("expected"),
        most=sql.Literal(_MOST),
    )
    numbers = seed.payments if table.per_payment else seed.users
    name = f"{table.schema}.{table.name}"
    for row in connection.execute(statement, seed.parameters(1, numbers)):
        yield Difference(name, row["id"], row["what"])
