"""What is refused before anything is made: things of others, missing privileges, old servers."""

from __future__ import annotations

from shared_db.address import Address
from shared_db.errors import DatabaseUnavailable, MissingPrivilege
from shared_db.placement import ServicePlacement
from shared_db.provision.databases import refuse_foreign_database
from shared_db.provision.roles import refuse_foreign_roles
from shared_db.provision.schemas import refuse_foreign_schema
from shared_db.tool_connection import NoSuchDatabase, ToolConnection, tool_connection

OLDEST_SERVER = 160000
"""PostgreSQL 16: grants of roles carry the options that provisioning without a superuser needs."""


def refuse_unusable(placement: ServicePlacement, address: Address) -> None:
    """See that a service can be given a home there; changes nothing.

    Raises:
        ForeignDatabase: a role, database or schema of those names is somebody else's.
        MissingPrivilege: the provisioning role may not create what is missing.
        DatabaseUnavailable: the server is too old.
    """
    provision = placement.provision(address)
    with tool_connection(provision) as connection:
        _refuse_old(connection, address)
        roles_are_there = refuse_foreign_roles(connection, placement)
        _refuse_powerless(connection, address, roles_are_there=roles_are_there)
    try:
        with tool_connection(provision, address.database) as connection:
            refuse_foreign_database(connection, placement, address)
            refuse_foreign_schema(connection, placement, address)
    except NoSuchDatabase:
        return


def _refuse_old(connection: ToolConnection, address: Address) -> None:
    version = connection.info.server_version
    if version < OLDEST_SERVER:
        raise DatabaseUnavailable(
            f"{address} runs PostgreSQL {version // 10000}; {OLDEST_SERVER // 10000} or newer is "
            "needed: upgrade that server or name another."
        )


def _refuse_powerless(
    connection: ToolConnection, address: Address, *, roles_are_there: bool
) -> None:
    row = connection.execute(
        "SELECT rolname, rolsuper OR rolcreaterole AS makes_roles,"
        "       rolsuper OR rolcreatedb AS makes_databases,"
        "       EXISTS (SELECT FROM pg_database WHERE datname = %s) AS there"
        "  FROM pg_roles WHERE rolname = current_user",
        [address.database],
    ).fetchone()
    if row is None:
        return
    lacking = []
    if not row["makes_roles"] and not roles_are_there:
        lacking.append("CREATEROLE")
    if not row["makes_databases"] and not row["there"]:
        lacking.append("CREATEDB")
    if lacking:
        raise MissingPrivilege(
            f"The role {row['rolname']} lacks a privilege on {address}: run `ALTER ROLE "
            f"{row['rolname']} {' '.join(lacking)}`, or set PROVISION_DATABASE_URL to another."
        )
