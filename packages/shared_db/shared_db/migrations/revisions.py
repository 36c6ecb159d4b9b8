"""At which migration a service's schema is, and what it lacks; told without Alembic."""

from __future__ import annotations

from psycopg import sql

from shared_db.address import Address
from shared_db.errors import DatabaseNewer
from shared_db.head_revision import head_revision, known_revisions
from shared_db.placement import ServicePlacement
from shared_db.service import Service
from shared_db.tool_connection import tool_connection

VERSION_TABLE = "alembic_version"


def current_revision(placement: ServicePlacement, address: Address) -> str | None:
    """The migration that the schema at ``address`` is at, None before the first."""
    schema = placement.service.schema
    table = sql.Identifier(schema, VERSION_TABLE)
    with tool_connection(placement.provision(address), address.database) as connection:
        found = connection.execute(
            "SELECT to_regclass(format('%%I.%%I', %s::text, %s::text)) AS found",
            [schema, VERSION_TABLE],
        ).fetchone()
        if found is None or found["found"] is None:
            return None
        row = connection.execute(
            sql.SQL("SELECT version_num FROM {table}").format(table=table)
        ).fetchone()
    return row["version_num"] if row else None


def pending(service: Service, current: str | None) -> tuple[str, ...]:
    """The migrations that the database lacks, oldest first.

    Raises:
        DatabaseNewer: the database is at a migration that the code does not know.
    """
    known = known_revisions(service)
    if current is not None and current not in known:
        raise DatabaseNewer(
            f"The database of {service.name} is at migration {current}, which this code does not "
            f"know (its newest is {head_revision(service)}): deploy the newer code."
        )
    missing: list[str] = []
    revision = head_revision(service)
    while revision is not None and revision != current:
        missing.append(revision)
        revision = known[revision]
    return tuple(reversed(missing))
