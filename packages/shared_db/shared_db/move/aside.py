"""Former schemas: put aside when a move is finished, dropped when an operator says so."""

from __future__ import annotations

import psycopg
from psycopg import sql

from shared_db.errors import DatabaseUnavailable
from shared_db.move.drop import drop_schema
from shared_db.move.homes import read_row
from shared_db.move.parties import Parties
from shared_db.move.subject import connect
from shared_db.tool_connection import ToolConnection

_LONGEST = 63

_ASIDES = """
SELECT nspname AS name
  FROM pg_namespace
 WHERE starts_with(nspname, %(prefix)s)
   AND substr(nspname, length(%(prefix)s) + 1) ~ '^[0-9]+$'
   AND pg_has_role(nspowner, 'MEMBER')
 ORDER BY nspname
"""


def put_aside(connection: ToolConnection, schema: str, epoch: int) -> None:
    """Rename a schema, so that its name is free and its rows are kept."""
    connection.execute(
        sql.SQL("ALTER SCHEMA {schema} RENAME TO {aside}").format(
            schema=sql.Identifier(schema), aside=sql.Identifier(aside_name(schema, epoch))
        )
    )


def aside_name(schema: str, epoch: int) -> str:
    """The name under which a former schema is kept; names are 63 bytes at most."""
    number = str(epoch)
    return f"{_prefix(schema, len(number))}{number}"


def drop_asides(connection: ToolConnection, schema: str) -> list[str]:
    """Drop all that was put aside of a schema in this database.

    Returns:
        The names of what was dropped.
    """
    dropped = []
    for prefix in sorted({_prefix(schema, digits) for digits in range(1, 20)}):
        for row in connection.execute(_ASIDES, {"prefix": prefix}).fetchall():
            drop_schema(connection, row["name"])
            dropped.append(row["name"])
    return dropped


def drop_everywhere(parties: Parties) -> list[str]:
    """Drop all that was put aside of the schema, at its home and at every former one.

    Returns:
        What was dropped, and where.

    Raises:
        DatabaseUnavailable: one of them cannot be reached.
    """
    dropped = []
    for side in parties.places():
        try:
            with connect(side) as connection:
                if _is_known(connection, parties.subject.name):
                    found = drop_asides(connection, parties.subject.schema)
                    dropped += [f"{name} at {side.address}" for name in found]
        except DatabaseUnavailable as error:
            if "does not exist" not in str(error):
                raise
    return dropped


def _is_known(connection: ToolConnection, service: str) -> bool:
    """Whether the database houses or housed the service: elsewhere nothing may be dropped."""
    try:
        return read_row(connection, service) is not None
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return False


def _prefix(schema: str, digits: int) -> str:
    separator = "_moved_"
    kept = schema.encode()[: _LONGEST - len(separator) - digits].decode(errors="ignore")
    return f"{kept}{separator}"
