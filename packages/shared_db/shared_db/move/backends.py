"""Processes of the server: orphans of a run, sessions of services, transactions that linger."""

from __future__ import annotations

import time
from uuid import UUID

import psycopg

from shared_db.errors import MoveFailed
from shared_db.move.subject import Subject
from shared_db.tool_connection import ToolConnection

_POLL = 0.02
_PATIENCE = 10.0

_OF_RUN = """
SELECT pid FROM pg_stat_activity
 WHERE application_name LIKE 'shared-db-move/%%' AND application_name LIKE '%%' || %s::text
   AND pid <> pg_backend_pid()
"""

_INSTANCES = """
SELECT DISTINCT application_name AS name
  FROM pg_stat_activity
 WHERE datname = current_database() AND usename = ANY (%s)
   AND application_name LIKE %s || '/%%'
"""

_OF_ROLES = """
SELECT pid, application_name AS name FROM pg_stat_activity
 WHERE datname = current_database() AND usename = ANY (%s)
"""

_LINGERING = """
SELECT pid, application_name AS name FROM pg_stat_activity
 WHERE datname = current_database() AND usename = ANY (%s)
   AND xact_start < to_timestamp(%s)
"""


def end_backend(connection: ToolConnection, pid: int) -> None:
    """End a process of the server and wait until it is gone.

    Raises:
        MoveFailed: it has not ended in time, or this role may not end it.
    """
    deadline = time.monotonic() + _PATIENCE
    while _is_there(connection, pid):
        try:
            connection.execute("SELECT pg_terminate_backend(%s)", [pid])
        except psycopg.errors.InsufficientPrivilege as error:
            raise MoveFailed(
                f"The role {connection.info.user} may not end process {pid}: grant it "
                "pg_signal_backend, or end that process, and try again."
            ) from error
        if time.monotonic() > deadline:
            raise MoveFailed(f"Process {pid} of the server does not end: see what holds it.")
        time.sleep(_POLL)


def end_orphans(connection: ToolConnection, run_id: UUID) -> int:
    """End all connections of the run but this one, as a killed tool leaves them."""
    rows = connection.execute(_OF_RUN, [str(run_id)]).fetchall()
    for row in rows:
        end_backend(connection, row["pid"])
    return len(rows)


def instances(connection: ToolConnection, subject: Subject) -> set[str]:
    """The processes of the service that have connections to this database: ``name/instance``."""
    rows = connection.execute(_INSTANCES, [list(subject.roles), subject.name]).fetchall()
    return {row["name"] for row in rows}


def end_sessions(connection: ToolConnection, subject: Subject) -> None:
    """End all sessions of the login roles in this database, so that none has old privileges."""
    rows = connection.execute(_OF_ROLES, [list(subject.roles)]).fetchall()
    for row in rows:
        end_backend(connection, row["pid"])


def end_lingering(
    connection: ToolConnection, subject: Subject, *, before: float, grace: float
) -> tuple[str, ...]:
    """End the transactions of the login roles that began before the cut and do not end.

    Args:
        connection: to the former home.
        subject: whose roles.
        before: seconds of ``time.time``.
        grace: seconds for which they may finish reading.

    Returns:
        The application names of those that were ended.
    """
    deadline = time.monotonic() + grace
    values = [list(subject.roles), before]
    while rows := connection.execute(_LINGERING, values).fetchall():
        if time.monotonic() > deadline:
            for row in rows:
                end_backend(connection, row["pid"])
            return tuple(str(row["name"]) for row in rows)
        time.sleep(_POLL)
    return ()


def _is_there(connection: ToolConnection, pid: int) -> bool:
    row = connection.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone()
    return row is not None
