"""A service's row in ``shared_db.homes``."""

from __future__ import annotations

from psycopg import sql

from shared_db.address import Address
from shared_db.placement import ServicePlacement
from shared_db.provision.roles import steward
from shared_db.tool_connection import ToolConnection, tool_connection


def register_home(project: str, placement: ServicePlacement, address: Address) -> None:
    """Make the database the service's first home, at epoch 1, unless it has a row already."""
    with tool_connection(placement.provision(address), address.database) as connection:
        connection.execute(
            sql.SQL("SET LOCAL ROLE {steward}").format(steward=sql.Identifier(steward(project)))
        )
        connection.execute(
            "INSERT INTO shared_db.homes"
            " (service, epoch, state, schema_name, login_roles, owner_role)"
            " VALUES (%s, 1, 'active', %s, %s, %s) ON CONFLICT (service) DO NOTHING",
            [
                placement.service.name,
                placement.service.schema,
                [placement.login.user],
                placement.owner,
            ],
        )


def renew_identity(connection: ToolConnection) -> None:
    """Give a copied database an identity of its own, so that it is not taken for the original."""
    connection.execute("UPDATE shared_db.identity SET id = pg_catalog.gen_random_uuid()")
