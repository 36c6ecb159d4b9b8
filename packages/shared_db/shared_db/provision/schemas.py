"""A service's schema: owned by its owner role, usable by its login role and by nobody else."""

from __future__ import annotations

from psycopg import sql

from shared_db.address import Address
from shared_db.errors import ForeignDatabase
from shared_db.placement import ServicePlacement
from shared_db.provision.layout import CALLABLE, READABLE
from shared_db.provision.roles import steward
from shared_db.tool_connection import ToolConnection, tool_connection


def ensure_schema(placement: ServicePlacement, address: Address) -> None:
    """Create the schema and the default privileges that give new tables to the login role.

    Privileges on tables come from the default privileges alone and are given once, when a table
    is made, so that a migration may take some of them away for good.

    Raises:
        ForeignDatabase: a schema of that name exists and is not the service's.
    """
    with tool_connection(placement.provision(address), address.database) as connection:
        refuse_foreign_schema(connection, placement, address)
        names = {
            "schema": sql.Identifier(placement.service.schema),
            "owner": sql.Identifier(placement.owner),
            "login": sql.Identifier(placement.login.user),
        }
        for statement in _STATEMENTS:
            connection.execute(sql.SQL(statement).format(**names))
    let_in(placement, address)


def let_in(placement: ServicePlacement, address: Address) -> None:
    """Let the service's role connect to the database and read what it says about homes."""
    with tool_connection(placement.provision(address), address.database) as connection:
        login = sql.Identifier(placement.login.user)
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {database} TO {login}").format(
                database=sql.Identifier(address.database), login=login
            )
        )
        connection.execute(
            sql.SQL("SET LOCAL ROLE {steward}").format(
                steward=sql.Identifier(steward(placement.project))
            )
        )
        _open_shared_db(connection, login)


_STATEMENTS = (
    "CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {owner}",
    "SET LOCAL ROLE {owner}",
    "GRANT USAGE ON SCHEMA {schema} TO {login}",
    "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    "ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC",
    """
    ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {login}
    """,
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {login}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT EXECUTE ON FUNCTIONS TO {login}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE ON TYPES TO {login}",
    "RESET ROLE",
)


def _open_shared_db(connection: ToolConnection, login: sql.Identifier) -> None:
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA shared_db TO {login}").format(login=login))
    for table in READABLE:
        connection.execute(
            sql.SQL("GRANT SELECT ON {table} TO {login}").format(
                table=sql.Identifier("shared_db", table), login=login
            )
        )
    for function in CALLABLE:
        connection.execute(
            sql.SQL("GRANT EXECUTE ON FUNCTION shared_db.{function} TO {login}").format(
                function=sql.SQL(function), login=login
            )
        )


def refuse_foreign_schema(
    connection: ToolConnection, placement: ServicePlacement, address: Address
) -> None:
    """Refuse a schema of the service's name that belongs to somebody else.

    Raises:
        ForeignDatabase: there is one.
    """
    row = connection.execute(
        "SELECT pg_get_userbyid(nspowner) AS owner FROM pg_namespace WHERE nspname = %s",
        [placement.service.schema],
    ).fetchone()
    if row is not None and row["owner"] != placement.owner:
        raise ForeignDatabase(
            f"{address} has a schema {placement.service.schema} that is not ours (it belongs to "
            f"{row['owner']}): rename it, or let {placement.service.prefix}DATABASE_URL name "
            "another database."
        )
