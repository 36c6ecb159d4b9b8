"""Replication slots: one that exports the snapshot to copy from, others, and their end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from shared_db.errors import MoveRefused
from shared_db.move.subject import Side, application_name
from shared_db.tool_connection import ToolConnection

_LOCK_TIMEOUT_MS = 2000
_END_PATIENCE = 10.0

_BLOCKERS = """
SELECT format('process %s of %s (%s, %s) in %s, since %s', pid, usename,
              coalesce(nullif(application_name, ''), backend_type), state, datname,
              date_trunc('second', xact_start)) AS blocker
  FROM pg_stat_activity
 WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
   AND xact_start < now() - interval '1 second'
UNION ALL
SELECT 'prepared transaction ' || quote_literal(gid) || ' in ' || database
  FROM pg_prepared_xacts
"""


@contextmanager
def exported_slot(side: Side, name: str, run_id: object, *, patience: float) -> Iterator[str]:
    """Create a logical slot and give the name of the snapshot at which it begins.

    Rows of transactions before that snapshot are copied, those after it come through the slot:
    none twice, none left out. The SQL functions give no such snapshot. It ends with the block.

    Args:
        side: where the rows are.
        name: the slot.
        run_id: whose connection it is.
        patience: seconds to wait for transactions that are older than the slot.

    Raises:
        MoveRefused: an old transaction stands in the way all that time.
    """
    connection = psycopg.connect(
        side.url,
        autocommit=True,
        replication="database",
        cursor_factory=psycopg.ClientCursor,
        application_name=application_name(run_id, "slot"),
        options=f"-c lock_timeout={_LOCK_TIMEOUT_MS} -c client_connection_check_interval=1000",
    )
    with connection:
        yield _create(connection, side, name, patience)


def _create(connection: psycopg.Connection, side: Side, name: str, patience: float) -> str:
    command = sql.SQL("CREATE_REPLICATION_SLOT {name} LOGICAL pgoutput (SNAPSHOT 'export')")
    deadline = time.monotonic() + patience
    while True:
        try:
            row = connection.execute(command.format(name=sql.Identifier(name))).fetchone()
        except psycopg.errors.LockNotAvailable as error:
            if time.monotonic() > deadline:
                raise MoveRefused(_sentence(side)) from error
        else:
            if row is None:
                raise AssertionError("CREATE_REPLICATION_SLOT gave no row")
            return str(row[2])


def _sentence(side: Side) -> str:
    with psycopg.connect(side.url, autocommit=True) as connection:
        blockers = "; ".join(row[0] for row in connection.execute(_BLOCKERS).fetchall())
    return (
        f"Transactions that are older than the replication slot do not end at {side.tool}: "
        f"{blockers or 'they cannot be named by this role'}. Wait for them, or end them with "
        "pg_terminate_backend or ROLLBACK PREPARED, then run `shared-db move resume`."
    )


def create_slot(connection: ToolConnection, name: str) -> None:
    """Create a logical slot that needs no snapshot, unless it is there."""
    found = connection.execute(
        "SELECT FROM pg_replication_slots WHERE slot_name = %s", [name]
    ).fetchone()
    if found is None:
        connection.execute("SELECT pg_create_logical_replication_slot(%s, 'pgoutput')", [name])


def drop_slot(connection: ToolConnection, name: str) -> None:
    """Drop the slot if it is there, ending the process that reads it."""
    deadline = time.monotonic() + _END_PATIENCE
    while True:
        row = connection.execute(
            "SELECT active_pid FROM pg_replication_slots WHERE slot_name = %s", [name]
        ).fetchone()
        if row is None:
            return
        if row["active_pid"] is not None:
            connection.execute("SELECT pg_terminate_backend(%s)", [row["active_pid"]])
        try:
            connection.execute("SELECT pg_drop_replication_slot(%s)", [name])
        except psycopg.errors.ObjectInUse:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        except psycopg.errors.UndefinedObject:
            return
        else:
            return
