"""How much moves, and how many sessions use it."""

from __future__ import annotations

from dataclasses import dataclass

from shared_db.move.subject import Subject
from shared_db.tool_connection import ToolConnection

_SIZE = """
    SELECT (SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint
              FROM pg_class AS c
             WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'm')) AS bytes,
           (SELECT count(*) FROM pg_stat_activity WHERE usename = ANY (%(roles)s)) AS sessions
      FROM pg_namespace AS n
     WHERE n.nspname = %(schema)s
"""


@dataclass(frozen=True)
class Size:
    """The weight of a move.

    Args:
        bytes: tables and materialized views with their indexes.
        sessions: connections of the schema's roles.
    """

    bytes: int
    sessions: int


def read_size(source: ToolConnection, subject: Subject) -> Size | None:
    """The size of the schema; None when the database has no schema of that name."""
    values = {"schema": subject.schema, "roles": list(subject.roles)}
    row = source.execute(_SIZE, values).fetchone()
    return Size(row["bytes"], row["sessions"]) if row else None
