"""A connection that sees one exported snapshot, set up so that equal values read equal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from shared_db.errors import DatabaseUnavailable, MissingPrivilege, MoveFailed
from shared_db.move.compare.tables import ComparedTable
from shared_db.move.subject import Side, connect
from shared_db.tool_connection import ToolConnection

_SETTINGS = {
    "client_encoding": "UTF8",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "lc_monetary": "C",
    "search_path": "",
    "row_security": "off",
    "enable_tidscan": "on",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "work_mem": "64MB",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "transaction_timeout": "0",
    "lock_timeout": "10s",
}
"""What a role or database may have set otherwise. The work is spread over connections, so that one
need not use several processes. With row_security off, a policy that hides rows is an error."""

_SET = """
SELECT set_config(s.name, given.setting, false)
  FROM unnest(%s::text[], %s::text[]) AS given (name, setting)
  JOIN pg_settings AS s ON lower(s.name) = lower(given.name)
"""


@dataclass(frozen=True)
class Snapshot:
    """A state of one database that stays visible while its exporter's transaction is open.

    Args:
        side: the database.
        name: what ``pg_export_snapshot()`` gave.
        run_id: the run to which connections belong.
    """

    side: Side
    name: str
    run_id: object


def open_snapshot(snapshot: Snapshot, tables: Sequence[ComparedTable]) -> ToolConnection:
    """Open a connection whose transaction sees the snapshot and keeps the tables as they are.

    The locks (ACCESS SHARE, as of any reader) keep TRUNCATE and VACUUM FULL away, which a snapshot
    does not.

    Raises:
        DatabaseUnavailable: nobody answers there.
        MissingPrivilege: the role may not read a table.
        MoveFailed: the snapshot is gone, or a table is, or it is locked for a change.
    """
    connection = connect(snapshot.side, snapshot.run_id, part="compare")
    try:
        connection.execute(_SET, [list(_SETTINGS), list(_SETTINGS.values())])
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute(
            sql.SQL("SET TRANSACTION SNAPSHOT {name}").format(name=sql.Literal(snapshot.name))
        )
        names = [sql.SQL("ONLY ") + sql.Identifier(table.schema, table.name) for table in tables]
        if names:
            connection.execute(
                sql.SQL("LOCK TABLE {names} IN ACCESS SHARE MODE").format(
                    names=sql.SQL(", ").join(names)
                )
            )
    except psycopg.Error as error:
        connection.close()
        raise explained(error, snapshot.side) from error
    return connection


def explained(error: psycopg.Error, side: Side) -> Exception:
    """The error of this package that says what went wrong while comparing at ``side``."""
    text = (error.diag.message_primary or str(error).strip() or type(error).__name__).rstrip(".")
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return MissingPrivilege(
            f"The role {side.login.user} may not read what is to be compared at {side.tool}: "
            f"{text}. Use a role that owns the tables, or one with BYPASSRLS."
        )
    if error.sqlstate is None or error.sqlstate.startswith(("08", "57P")):
        return DatabaseUnavailable(
            f"{side.tool} dropped the connection while its rows were compared: {text}. Run the "
            "command again when it is up."
        )
    return MoveFailed(
        f"The rows at {side.tool} could not be compared: {text}. Nothing was changed by that; "
        "remove the cause and run the command again."
    )
