"""Running and writing a service's migrations, as the owner of its schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from alembic import command
from alembic.util.exc import CommandError
from psycopg import sql
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from shared_db.address import Address
from shared_db.errors import MigrationError
from shared_db.head_revision import head_revision, known_revisions
from shared_db.migrations.config import alembic_config
from shared_db.migrations.revisions import VERSION_TABLE, current_revision, pending
from shared_db.placement import ServicePlacement
from shared_db.service import Service
from shared_db.tool_connection import tool_connection

LOCK_TIMEOUT = "5s"
"""How long a migration waits for a lock: queries queue up behind it, so it gives up early."""

_ONE_AT_A_TIME = (
    "SELECT pg_advisory_xact_lock(hashtextextended('shared_db.migrate:' || :service, 0))"
)


@contextmanager
def owner_connection(placement: ServicePlacement, address: Address) -> Iterator[Connection]:
    """A SQLAlchemy connection that acts as the owner of the service's schema."""
    provision = placement.provision(address)
    with tool_connection(provision, address.database) as raw:
        raw.execute(sql.SQL("SET ROLE {owner}").format(owner=sql.Identifier(placement.owner)))
        raw.execute(sql.SQL("SET lock_timeout = {t}").format(t=sql.Literal(LOCK_TIMEOUT)))
        raw.commit()
        raw.row_factory = psycopg.rows.tuple_row  # type: ignore[assignment]
        engine = create_engine("postgresql+psycopg://", creator=lambda: raw, poolclass=NullPool)
        with engine.connect() as connection:
            yield connection


def migrate(placement: ServicePlacement, address: Address) -> tuple[str, ...]:
    """Apply the missing migrations in one transaction and name them.

    Raises:
        DatabaseNewer: the database is newer than the code.
        MigrationError: a migration failed, nothing of it stays; or the service is being moved.
    """
    service = placement.service
    missing = pending(service, current_revision(placement, address))
    if not missing:
        return ()
    _refuse_moving(placement, address)
    config = alembic_config([service])
    with owner_connection(placement, address) as connection:
        config.attributes.update(connection=connection, service=service)
        connection.execute(text(_ONE_AT_A_TIME), {"service": service.name})
        try:
            command.upgrade(config, f"{service.name}@head")
        except (DBAPIError, CommandError) as error:
            raise MigrationError(
                f"Migrating {service.name} at {address} failed and was rolled back: "
                f"{_reason(error)}."
            ) from error
        _protect_history(connection, placement)
        connection.commit()
    return missing


def _refuse_moving(placement: ServicePlacement, address: Address) -> None:
    """A change of tables would not reach the other side of a move."""
    name = placement.service.name
    with tool_connection(placement.provision(address), address.database) as connection:
        there = connection.execute("SELECT to_regclass('shared_db.homes') AS homes").fetchone()
        if there is None or there["homes"] is None:
            return
        row = connection.execute(
            "SELECT run_id FROM shared_db.homes WHERE service = %s", [name]
        ).fetchone()
    if row is not None and row["run_id"] is not None:
        raise MigrationError(
            f"{name} is being moved: finish or abort that first (`shared-db move status {name}`), "
            "then migrate."
        )


def _reason(error: Exception) -> str:
    """What Postgres or Alembic said, in a line."""
    cause = getattr(error, "orig", None)
    primary = cause.diag.message_primary if isinstance(cause, psycopg.Error) else None
    return str(primary or error).partition("\n")[0].rstrip(".")


def _protect_history(connection: Connection, placement: ServicePlacement) -> None:
    """The service may read its version table, which default privileges let it write."""
    quote = connection.dialect.identifier_preparer.quote
    table = f"{quote(placement.service.schema)}.{quote(VERSION_TABLE)}"
    login = quote(placement.login.user)
    connection.execute(text(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {login}"))


def write_revision(
    placement: ServicePlacement, address: Address, message: str, *, empty: bool = False
) -> Path:
    """Write the next migration of a service from what models and database differ in.

    Args:
        placement: the service.
        address: its home, which must be at the newest migration.
        message: what the migration does, in a few words; becomes its file name.
        empty: write no statements, for migrations by hand.

    Raises:
        MigrationError: the database is behind, or nothing differs.
    """
    service = placement.service
    if pending(service, current_revision(placement, address)):
        raise MigrationError(
            f"The database of {service.name} lacks migrations: run `shared-db migrate "
            f"{service.name}` first."
        )
    number = 1 + max((_number(name) for name in known_revisions(service)), default=0)
    first = head_revision(service) is None
    config = alembic_config([service])
    config.set_main_option("file_template", f"{number:04d}_%%(slug)s")
    with owner_connection(placement, address) as connection:
        config.attributes.update(connection=connection, service=service)
        script = command.revision(
            config,
            message=message.rstrip("."),
            autogenerate=not empty,
            head="base" if first else f"{service.name}@head",
            branch_label=service.name if first else None,
            rev_id=f"{service.name}_{number:04d}",
            version_path=_folder(service) if first else None,
        )
    if script is None or isinstance(script, list):
        raise MigrationError(f"No migration of {service.name} was written.")
    return Path(script.path)


def _folder(service: Service) -> str:
    from importlib.resources import files  # noqa: PLC0415

    package, _, folder = service.migrations.partition(":")
    return str(files(package) / folder)


def _number(revision: str) -> int:
    found = re.search(r"_(\d+)$", revision)
    return int(found[1]) if found else 0
