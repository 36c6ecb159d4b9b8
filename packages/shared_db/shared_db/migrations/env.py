"""Alembic's environment: runs one service's branch against that service's home, as its owner.

``shared-db migrate`` passes the connection and the service; the plain ``alembic`` command names
the service by ``-x service=NAME`` and the connection is found through the configuration.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from shared_db.errors import ConfigurationError
from shared_db.migrations.revisions import VERSION_TABLE
from shared_db.migrations.scope import owns
from shared_db.service import Service


def run(connection: Connection, service: Service) -> None:
    """Configure Alembic for that service and run what was asked."""
    context.configure(
        connection=connection,
        target_metadata=service.load_metadata(),
        version_table=VERSION_TABLE,
        version_table_schema=service.schema,
        include_schemas=True,
        include_name=owns(service),
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    """Find connection and service, then run."""
    given = context.config.attributes
    if "connection" in given:
        run(given["connection"], given["service"])
        return
    from shared_db.configuration import load_settings  # noqa: PLC0415
    from shared_db.migrations.runner import owner_connection  # noqa: PLC0415
    from shared_db.reconcile.homes import find_home  # noqa: PLC0415

    name = context.get_x_argument(as_dictionary=True).get("service")
    if not isinstance(name, str) or context.is_offline_mode():
        raise ConfigurationError(
            "Name the service: `alembic -x service=NAME …`, or use `shared-db migrate NAME`."
        )
    placement = load_settings().of(name)
    home = find_home(placement)
    with owner_connection(placement, home.address) as connection:
        run(connection, placement.service)


main()
