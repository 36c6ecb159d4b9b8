"""What the source's catalogs say about what a dump makes."""

from __future__ import annotations

from dataclasses import dataclass

from shared_db.move.copy.foreign_keys import ForeignKeys
from shared_db.move.copy.indexes import Indexes
from shared_db.move.run import Leg
from shared_db.move.subject import connect
from shared_db.move.tables import Table, binary_possible, tables_of
from shared_db.tool_connection import ToolConnection

_MEASURED = """
SELECT c.relname AS name, c.relkind::text AS kind, greatest(c.relpages, 0)::bigint AS pages
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = %s
   AND (c.relkind IN ('r', 'p') AND NOT c.relispartition
        OR c.relkind = 'm' AND c.relispopulated)
 ORDER BY c.relname
"""


@dataclass(frozen=True)
class Measured:
    """What has statistics: a table, a whole partitioned table or a materialised view."""

    name: str
    kind: str
    pages: int


@dataclass(frozen=True)
class Facts:
    """The schema as it is at the source.

    Args:
        tables: those that hold rows, largest first.
        binary: whether all types have a binary form.
        indexes: which indexes its tables have.
        keys: which foreign keys are checked.
        measured: what is analysed.
    """

    tables: tuple[Table, ...]
    binary: bool
    indexes: Indexes
    keys: ForeignKeys
    measured: tuple[Measured, ...]


def read_facts(leg: Leg, schema: str, run_id: object) -> Facts:
    """Ask the source."""
    with connect(leg.source, run_id) as connection:
        return Facts(
            tables_of(connection, schema),
            binary_possible(connection, schema),
            Indexes(connection, schema),
            ForeignKeys(connection, schema),
            _measured(connection, schema),
        )


def _measured(connection: ToolConnection, schema: str) -> tuple[Measured, ...]:
    rows = connection.execute(_MEASURED, [schema]).fetchall()
    return tuple(Measured(row["name"], row["kind"], row["pages"]) for row in rows)
