"""Databases: created when missing, claimed for the project, never taken from somebody else."""

from __future__ import annotations

import psycopg
from psycopg import sql

from shared_db.address import Address
from shared_db.errors import ForeignDatabase, MissingPrivilege
from shared_db.placement import Provision, ServicePlacement
from shared_db.provision.layout import LAYOUT_VERSION, STATEMENTS
from shared_db.provision.roles import steward
from shared_db.tool_connection import ToolConnection, tool_connection


def create_database(provision: Provision, name: str) -> None:
    """Create the database unless it exists; PUBLIC may not connect to it."""
    with tool_connection(provision, autocommit=True) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
        if found is not None:
            return
        try:
            connection.execute(sql.SQL("CREATE DATABASE {name}").format(name=sql.Identifier(name)))
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return


def claim_database(project: str, placement: ServicePlacement, address: Address) -> None:
    """Make the database one of this project's: its ``shared_db`` schema and nothing for PUBLIC.

    Raises:
        ForeignDatabase: it belongs to another project, or holds tables of unknown origin.
        DatabaseUnavailable: it does not exist or cannot be reached.
    """
    provision = placement.provision(address)
    with tool_connection(provision, address.database) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('shared_db.layout', 0))")
        if refuse_foreign_database(connection, placement, address) != LAYOUT_VERSION:
            _lay_out(connection, project, address)


def refuse_foreign_database(
    connection: ToolConnection, placement: ServicePlacement, address: Address
) -> int | None:
    """The layout of the database if it is this project's, None when it is nobody's yet.

    Raises:
        ForeignDatabase: it belongs to another project, or holds tables of unknown origin.
    """
    project = placement.project
    owner = _identity(connection, address)
    if owner is None:
        if address.place != placement.shared.place:
            _refuse_strangers(connection, address)
        return None
    if owner[0] != project:
        raise ForeignDatabase(
            f"{address} belongs to the project {owner[0]!r}, not to {project!r}: name another "
            f"database in {placement.service.prefix}DATABASE_URL, or set PROJECT to that project."
        )
    if owner[1] > LAYOUT_VERSION:
        raise ForeignDatabase(
            f"{address} was set up by a newer shared-db (layout {owner[1]}, this one knows "
            f"{LAYOUT_VERSION}): use that version."
        )
    return owner[1]


def _identity(connection: ToolConnection, address: Address) -> tuple[str, int] | None:
    row = connection.execute(
        "SELECT to_regclass('shared_db.identity') AS identity,"
        " to_regnamespace('shared_db') AS schema"
    ).fetchone()
    if row is None or row["schema"] is None:
        return None
    if row["identity"] is None:
        raise ForeignDatabase(
            f"{address} has a schema shared_db that is not ours: rename it, or name another "
            "database."
        )
    try:
        with connection.transaction():
            query = "SELECT project, layout FROM shared_db.identity"
            found = connection.execute(query).fetchone()
    except psycopg.errors.UndefinedColumn as error:
        raise ForeignDatabase(
            f"{address} has a table shared_db.identity that is not ours: name another database."
        ) from error
    return (found["project"], found["layout"]) if found else None


def _refuse_strangers(connection: ToolConnection, address: Address) -> None:
    """A database of a service's own must be new; only the shared one may hold other schemas."""
    row = connection.execute(
        "SELECT format('%I.%I', n.nspname, c.relname) AS name"
        "  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')"
        "   AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' LIMIT 1"
    ).fetchone()
    if row is not None:
        raise ForeignDatabase(
            f"{address} exists and holds {row['name']}, which is not ours: name another database "
            "in the service's DATABASE_URL variable."
        )


def _refuse_open(connection: ToolConnection, address: Address) -> None:
    """REVOKE only warns when the role does not own the object: look whether it worked."""
    row = connection.execute(
        "SELECT current_user AS me, has_database_privilege('public', current_database(), 'CONNECT')"
        " OR coalesce(has_schema_privilege('public', to_regnamespace('public'), 'USAGE'), false)"
        " AS open"
    ).fetchone()
    if row is not None and row["open"]:
        raise MissingPrivilege(
            f"The role {row['me']} cannot close {address} to PUBLIC: let it own that database, or "
            "set PROVISION_DATABASE_URL to the owner."
        )


def _lay_out(connection: ToolConnection, project: str, address: Address) -> None:
    owner = sql.Identifier(steward(project))
    database = sql.Identifier(address.database)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {d} FROM PUBLIC").format(d=database))
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    _refuse_open(connection, address)
    connection.execute(
        sql.SQL("CREATE SCHEMA IF NOT EXISTS shared_db AUTHORIZATION {owner}").format(owner=owner)
    )
    connection.execute(sql.SQL("SET LOCAL ROLE {owner}").format(owner=owner))
    for statement in STATEMENTS:
        connection.execute(statement)
    connection.execute(
        "INSERT INTO shared_db.identity (project, layout) VALUES (%s, %s)"
        " ON CONFLICT (one) DO UPDATE SET layout = EXCLUDED.layout",
        [project, LAYOUT_VERSION],
    )
