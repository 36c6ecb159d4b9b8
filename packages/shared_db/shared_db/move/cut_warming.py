"""Letting a server load what the hold's statements need, by running them without an effect.

A new connection knows no catalog and has compiled no function: the same statements take three
times as long on it. What is run here is rolled back.
"""

from __future__ import annotations

from typing import Any

import psycopg

from shared_db.tool_connection import ToolConnection

_PATIENCE = "SET LOCAL lock_timeout = '50ms'"

_TRIGGER = """
CREATE TEMPORARY TABLE shared_db_warm (nothing integer);
CREATE TRIGGER shared_db_fence
BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON pg_temp.shared_db_warm
FOR EACH STATEMENT EXECUTE FUNCTION shared_db.refuse()
"""
"""On a table of its own: on the schema's tables it would lock writers out."""


def warm_source(connection: ToolConnection, service: str, commit: tuple[str, list[Any]]) -> None:
    """Run the fence and the commit point, which changes no row, at the source."""
    _rolled_back(
        connection,
        [
            ("SELECT pg_advisory_xact_lock_shared(shared_db.lock_key(%s))", [service]),
            commit,
            ("SELECT shared_db.revoke_privileges(%s), shared_db.guard(NULL, false)", [service]),
            (_TRIGGER, None),
        ],
    )


def warm_target(connection: ToolConnection, service: str) -> None:
    """Run what opens the target."""
    _rolled_back(connection, [("SELECT shared_db.restore_privileges(%s)", [service])])


def _rolled_back(
    connection: ToolConnection, statements: list[tuple[str, list[Any] | None]]
) -> None:
    connection.execute("BEGIN")
    try:
        connection.execute(_PATIENCE)
        for statement, values in statements:
            connection.execute(statement, values)
    except (psycopg.errors.LockNotAvailable, psycopg.errors.InsufficientPrivilege):
        pass
    finally:
        connection.execute("ROLLBACK")
