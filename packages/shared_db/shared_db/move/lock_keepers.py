"""Who keeps the locks for which a hold has waited in vain."""

from __future__ import annotations

from dataclasses import dataclass

from shared_db.tool_connection import ToolConnection

_AGAINST_SHARE = [
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
]
_AGAINST_EXCLUSIVE = [*_AGAINST_SHARE, "RowShareLock", "ShareLock"]

_KEEPERS = """
WITH kept AS (
    SELECT l.pid, l.virtualtransaction, min(format('%%I.%%I', n.nspname, c.relname)) AS name
      FROM pg_locks AS l
      JOIN pg_class AS c ON c.oid = l.relation
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE l.locktype = 'relation' AND l.granted
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND n.nspname = %(schema)s AND l.mode = ANY (%(modes)s)
     GROUP BY l.pid, l.virtualtransaction
)
SELECT format('process %%s of %%s (%%s, %%s) keeps %%s locked, since %%s', a.pid,
              coalesce(a.usename, '-'), coalesce(nullif(a.application_name, ''), a.backend_type),
              coalesce(a.state, '-'), k.name, date_trunc('second', a.xact_start)) AS sentence,
       format('SELECT pg_terminate_backend(%%s)', a.pid) AS ending, a.xact_start AS since
  FROM kept AS k
  JOIN pg_stat_activity AS a ON a.pid = k.pid
 WHERE a.pid <> pg_backend_pid() AND a.xact_start < clock_timestamp() - interval '1 second'
UNION ALL
SELECT format('the prepared transaction %%L keeps %%s locked, since %%s', p.gid, k.name,
              date_trunc('second', p.prepared)),
       format('ROLLBACK PREPARED %%L', p.gid), p.prepared
  FROM kept AS k
  JOIN pg_prepared_xacts AS p ON k.virtualtransaction = '-1/' || p.transaction
 ORDER BY since
 LIMIT 3
"""


@dataclass(frozen=True)
class Keepers:
    """Transactions that keep locks, oldest first.

    Args:
        sentence: who they are, and since when; empty where none is older than a second.
        ending: the statements that end them, between backticks.
    """

    sentence: str = ""
    ending: str = ""


def keepers_of_locks(connection: ToolConnection, schema: str, mode: str) -> Keepers:
    """The transactions that a hold of that mode waits for.

    Args:
        connection: to the hold's database, outside of the hold.
        schema: whose tables are locked.
        mode: ``SHARE`` or ``EXCLUSIVE``.
    """
    modes = _AGAINST_SHARE if mode == "SHARE" else _AGAINST_EXCLUSIVE
    rows = connection.execute(_KEEPERS, {"schema": schema, "modes": modes}).fetchall()
    return Keepers(
        "; ".join(row["sentence"] for row in rows),
        ", ".join(f"`{row['ending']}`" for row in rows),
    )
