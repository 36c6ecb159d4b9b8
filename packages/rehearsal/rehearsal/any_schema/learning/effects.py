"""Which tables a transaction has written to, its triggers included."""

from __future__ import annotations

from collections import Counter

from shared_db.tool_connection import ToolConnection

_WRITTEN = """
SELECT n.nspname || '.' || r.relname AS name,
       sum(s.n_tup_ins + s.n_tup_upd + s.n_tup_del)::bigint AS writes
  FROM pg_stat_xact_all_tables AS s
  JOIN pg_class AS r ON r.oid = coalesce(pg_partition_root(s.relid), s.relid)
  JOIN pg_namespace AS n ON n.oid = r.relnamespace
 WHERE s.schemaname NOT IN ('pg_catalog', 'pg_toast')
 GROUP BY 1
"""


def writes_so_far(connection: ToolConnection) -> Counter[str]:
    """Rows written to each table; what counts is the difference between two readings."""
    return Counter(
        {row["name"]: row["writes"] for row in connection.execute(_WRITTEN) if row["writes"]}
    )
