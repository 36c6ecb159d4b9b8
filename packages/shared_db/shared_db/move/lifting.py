"""Taking the triggers off a home that was on standby: no hurry, they let everything pass there."""

from __future__ import annotations

import time
from contextlib import suppress

import psycopg
from psycopg import sql

from shared_db.tool_connection import ToolConnection

_FENCED = """
SELECT n.nspname AS schema, c.relname AS name
  FROM shared_db.homes AS h
  JOIN pg_namespace AS n ON n.nspname = h.schema_name
  JOIN pg_class AS c ON c.relnamespace = n.oid
  JOIN pg_trigger AS t ON t.tgrelid = c.oid
 WHERE h.service = %s AND h.state = 'active'
   AND t.tgname = 'shared_db_fence' AND t.tgparentid = 0
 ORDER BY c.oid
"""

_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '20ms'"
"""While DROP TRIGGER waits for its lock, all who come later wait behind it."""

_PAUSE = 0.1


def lift_fence(connection: ToolConnection, service: str, *, patience: float) -> list[str]:
    """Drop the fence's triggers from the tables of an active home, each when its lock is free.

    Args:
        connection: to the home; where the service is not active nothing is done.
        service: the service's name.
        patience: seconds after which what is left stays for a later time.

    Returns:
        The tables that still have one, because somebody kept using them.
    """
    deadline = time.monotonic() + patience
    while True:
        fenced = connection.execute(_FENCED, [service]).fetchall()
        for table in fenced:
            drop = sql.SQL("DROP TRIGGER IF EXISTS shared_db_fence ON {table}").format(
                table=sql.Identifier(table["schema"], table["name"])
            )
            with suppress(psycopg.errors.LockNotAvailable), connection.transaction():
                connection.execute(_LOCK_TIMEOUT)
                connection.execute(drop)
        left = [f"{t['schema']}.{t['name']}" for t in connection.execute(_FENCED, [service])]
        if not left or time.monotonic() >= deadline:
            return left
        time.sleep(_PAUSE)
