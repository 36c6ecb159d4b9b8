"""What runs now: transactions that the move would wait for, or that use several schemas.

The creation of a replication slot waits for every transaction of the cluster that has written,
in whatever database, prepared ones included.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from psycopg import sql

from shared_db.check.finding import Verdict
from shared_db.move.inspect.housed import USER_SCHEMAS
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.server import SideName
from shared_db.tool_connection import ToolConnection

OLD = timedelta(seconds=5)
"""Younger transactions end while the move begins."""

_PREPARED = """
    SELECT quote_literal(gid) AS gid, quote_ident(database) AS database, owner,
           extract(epoch FROM clock_timestamp() - prepared)::bigint AS seconds
      FROM pg_prepared_xacts
     WHERE prepared <= clock_timestamp() - %(old)s
     ORDER BY prepared
"""

_OPEN = """
    SELECT pid, coalesce(datname, '-') AS database, coalesce(usename, '-') AS role,
           coalesce(nullif(application_name, ''), 'without a name') AS application, state,
           extract(epoch FROM clock_timestamp() - xact_start)::bigint AS seconds,
           xact_start IS NULL AS is_hidden
      FROM pg_stat_activity
     WHERE backend_xid IS NOT NULL
       AND pid <> pg_backend_pid()
       AND (xact_start IS NULL OR xact_start <= clock_timestamp() - %(old)s)
     ORDER BY xact_start
"""

_CROSSING = sql.SQL("""
    WITH user_schema AS ({user_schemas}), locked AS (
        SELECT DISTINCT l.pid, n.nspname = %(schema)s AS is_ours,
               format('%%I.%%I', n.nspname, c.relname) AS name
          FROM pg_locks AS l
          JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database()
          JOIN pg_class AS c ON c.oid = l.relation AND c.relkind IN ('r', 'p', 'm')
          JOIN user_schema AS n ON n.oid = c.relnamespace
         WHERE l.granted AND l.pid IS NOT NULL AND l.pid <> pg_backend_pid()
    )
    SELECT l.pid, array_agg(l.name ORDER BY l.is_ours DESC, l.name) AS tables,
           coalesce(nullif(a.application_name, ''), 'without a name') AS application
      FROM locked AS l
      LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
     WHERE coalesce(a.application_name, '') !~ '^(pg_dump|shared-db)'
       AND coalesce(a.backend_type, 'client backend') = 'client backend'
     GROUP BY l.pid, a.application_name
    HAVING bool_or(l.is_ours) AND NOT bool_and(l.is_ours)
     ORDER BY l.pid
""").format(user_schemas=USER_SCHEMAS)

_SHOW = "SELECT query FROM pg_stat_activity WHERE pid = {pid}"


def find_waits(
    connection: ToolConnection, side: SideName, old: timedelta = OLD
) -> Iterator[Obstacle]:
    """Prepared and old open transactions of the whole cluster.

    Args:
        connection: any database of the server.
        side: which of the two servers it is.
        old: how old a transaction must be to count.
    """
    yield from _prepared(connection, side, old)
    yield from _open(connection, side, old)


def _prepared(connection: ToolConnection, side: SideName, old: timedelta) -> Iterator[Obstacle]:
    for row in connection.execute(_PREPARED, {"old": old}):
        yield Obstacle(
            "prepared-transaction",
            Verdict.BLOCKS,
            (row["gid"],),
            f"The transaction {row['gid']} of {row['owner']} in the database {row['database']} "
            f"has been prepared for {row['seconds']} s: no replication slot can be made until it "
            "ends.",
            f"On the {side}, connected to {row['database']}, run `ROLLBACK PREPARED {row['gid']}`, "
            "or COMMIT PREPARED if its coordinator has committed.",
        )


def _open(connection: ToolConnection, side: SideName, old: timedelta) -> Iterator[Obstacle]:
    hidden = 0
    for row in connection.execute(_OPEN, {"old": old}):
        if row["is_hidden"]:
            hidden += 1
            continue
        yield Obstacle(
            "open-transaction",
            Verdict.WARNS,
            (str(row["pid"]),),
            f"The session {row['pid']} ({row['application']}, {row['role']} in {row['database']}, "
            f"{row['state']}) has been in a transaction that writes for {row['seconds']} s: the "
            "move waits until it ends.",
            f"On the {side}, run `SELECT pg_terminate_backend({row['pid']})`.",
        )
    if hidden:
        yield Obstacle(
            "hidden-activity",
            Verdict.INFORMS,
            (),
            f"{hidden} session(s) are in transactions whose age this role may not see.",
            f"On the {side}, run `GRANT pg_read_all_stats TO {_me(connection)}`.",
        )


def find_crossing_transactions(connection: ToolConnection, schema: str) -> Iterator[Obstacle]:
    """Transactions that hold tables of the schema and of another one at this moment."""
    for row in connection.execute(_CROSSING, {"schema": schema}):
        yield Obstacle(
            "crossing-transaction",
            Verdict.WARNS,
            tuple(row["tables"]),
            f"The session {row['pid']} ({row['application']}) uses tables of the schema and of "
            f"others in one transaction: {', '.join(row['tables'])}.",
            "Let the application use two transactions; on the source, its statement is shown by "
            f"`{_SHOW.format(pid=row['pid'])}`.",
        )


def _me(connection: ToolConnection) -> str:
    row = connection.execute("SELECT quote_ident(current_user) AS me").fetchone()
    return str(row["me"]) if row else ""
