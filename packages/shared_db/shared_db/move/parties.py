"""Who moves from where to where: a service of this project, or any schema of anybody's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

import psycopg
from psycopg import sql

from shared_db.address import Address, Login, parse_url
from shared_db.errors import ConfigurationError, DatabaseUnavailable, MoveRefused
from shared_db.homes import State
from shared_db.move.homes import read_row
from shared_db.move.subject import FOREIGN, Side, Subject, connect, maintenance
from shared_db.placement import ServicePlacement
from shared_db.provision import (
    claim_database,
    create_database,
    ensure_roles,
    ensure_schema,
    let_in,
)
from shared_db.provision.layout import LAYOUT_VERSION, STATEMENTS
from shared_db.reconcile.homes import find_home
from shared_db.tool_connection import ToolConnection


class Parties(Protocol):
    """What a move needs to know about its schema and the two databases."""

    subject: Subject
    warms: bool

    def home(self) -> Side:
        """Where the schema is active now."""

    def destination(self) -> Side:
        """Where it is to go."""

    def side(self, place: dict[str, Any]) -> Side:
        """A database that the journal names."""

    def places(self) -> tuple[Side, ...]:
        """All databases that are known to be, to have been or to become its home."""

    def lay_out_origin(self, origin: Side) -> None:
        """See that the origin has the schema ``shared_db`` and a row for what moves."""

    def exists(self, target: Side) -> bool:
        """Whether the target's database is there."""

    def house(self, target: Side) -> None:
        """Make database, roles and ``shared_db`` at the target."""

    def settle(self, target: Side) -> None:
        """After the copy: what provisioning would have given the schema at the target."""


class ServiceParties:
    """A service of this project: its home is found, its destination is what is configured.

    Args:
        placement: the service's desired placement.
    """

    warms = True

    def __init__(self, placement: ServicePlacement) -> None:
        self._placement = placement
        self.subject = Subject(
            name=placement.service.name,
            schema=placement.service.schema,
            roles=(placement.login.user,),
            owner=placement.owner,
            project=placement.project,
        )

    def home(self) -> Side:
        """Where the service's schema is active."""
        return self._side(find_home(self._placement).address)

    def destination(self) -> Side:
        """The database that the configuration names."""
        return self._side(self._placement.desired)

    def side(self, place: dict[str, Any]) -> Side:
        """A database that the journal names; connection options are those of the configuration."""
        return self._side(
            replace(
                self._placement.desired,
                host=place["host"],
                port=place["port"],
                database=place["database"],
            )
        )

    def places(self) -> tuple[Side, ...]:
        """Those that the configuration names, with those of its default placements."""
        placement = self._placement
        return tuple(self._side(address) for address in (placement.desired, *placement.elsewhere))

    def lay_out_origin(self, origin: Side) -> None:
        """Bring the origin's ``shared_db`` up to date."""
        claim_database(self.subject.project, self._placement, origin.address)
        ensure_schema(self._placement, origin.address)

    def exists(self, target: Side) -> bool:
        """Whether the target's database is there."""
        return _exists(target)

    def house(self, target: Side) -> None:
        """Make database, roles and ``shared_db`` where they are missing."""
        ensure_roles(self.subject.project, self._placement, target.address)
        create_database(self._placement.provision(target.address), target.address.database)
        claim_database(self.subject.project, self._placement, target.address)
        let_in(self._placement, target.address)

    def settle(self, target: Side) -> None:
        """Default privileges, and access to ``shared_db``."""
        ensure_schema(self._placement, target.address)

    def _side(self, address: Address) -> Side:
        provision = self._placement.provision(address)
        tool = provision.maintenance.named(address.database)
        return Side(address=address, tool=tool, login=provision.login, link=tool)


class SchemaParties:
    """Any schema, between two databases given by their URLs.

    Args:
        schema: its name.
        source: URL of the database it is in, as a role that may replicate.
        target: URL of the database it goes to; it is created when missing.
        roles: the login roles of the applications that use it.
        links: host and port by which each server reaches the other one's, where they differ
            from those of the URLs.
    """

    warms = False

    def __init__(
        self,
        schema: str,
        source: str,
        target: str,
        roles: tuple[str, ...],
        *,
        links: tuple[tuple[str, int] | None, tuple[str, int] | None] = (None, None),
    ) -> None:
        if not roles:
            raise ConfigurationError(
                "No --role is given: name the login roles of the applications that use the "
                "schema, so that the former home can be closed to them."
            )
        self._source = _side(source, "--from", links[0])
        self._target = _side(target, "--to", links[1])
        if self._source.tool.place == self._target.tool.place:
            raise ConfigurationError(
                "--from and --to name the same database: name another one in --to."
            )
        self.subject = Subject(
            name=schema, schema=schema, roles=roles, owner=self._owner(schema), project=FOREIGN
        )

    def home(self) -> Side:
        """Whichever of the two is active, or has the other one's ``moved`` row point to it."""
        source, target = (_state(side, self.subject.name) for side in (self._source, self._target))
        if source is State.ACTIVE or (target is not State.ACTIVE and source is not State.MOVED):
            return self._source
        return self._target

    def destination(self) -> Side:
        """The database of ``--to``."""
        return self._target

    def side(self, place: dict[str, Any]) -> Side:
        """Whichever of the two the journal names."""
        wanted = (place["host"], place["port"], place["database"])
        for known in (self._source, self._target):
            if known.address.place == wanted:
                return known
        raise ConfigurationError(
            f"The move's database {place['host']}:{place['port']}/{place['database']} is neither "
            "--from nor --to: give the URLs with which the move began."
        )

    def places(self) -> tuple[Side, ...]:
        """The two of ``--from`` and ``--to``."""
        return self._source, self._target

    def lay_out_origin(self, origin: Side) -> None:
        """Add ``shared_db`` to the origin, with the schema as active there."""
        with connect(origin) as connection, connection.transaction():
            _lay_out(connection)
            connection.execute(
                "INSERT INTO shared_db.homes"
                " (service, epoch, state, schema_name, login_roles, owner_role)"
                " VALUES (%s, 1, 'active', %s, %s, %s) ON CONFLICT (service) DO NOTHING",
                [
                    self.subject.name,
                    self.subject.schema,
                    list(self.subject.roles),
                    self.subject.owner,
                ],
            )

    def exists(self, target: Side) -> bool:
        """Whether the database of ``--to`` is there."""
        return _exists(target)

    def house(self, target: Side) -> None:
        """Create the database like the origin's where it is missing, and add ``shared_db``."""
        if not _exists(target):
            with connect(maintenance(target)) as connection:
                connection.execute(self._create_statement(target))
        with connect(target) as connection, connection.transaction():
            _lay_out(connection)

    def settle(self, target: Side) -> None:
        """Nothing: all privileges came with the copy."""

    def _create_statement(self, target: Side) -> sql.Composed:
        with connect(self._source) as connection:
            row = connection.execute(
                "SELECT pg_encoding_to_char(encoding) AS encoding, datcollate, datctype"
                "  FROM pg_database WHERE datname = current_database()"
            ).fetchone()
        known = row or {}
        return sql.SQL(
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING {encoding}"
            " LC_COLLATE {collate} LC_CTYPE {ctype}"
        ).format(
            name=sql.Identifier(target.tool.database),
            encoding=sql.Literal(known["encoding"]),
            collate=sql.Literal(known["datcollate"]),
            ctype=sql.Literal(known["datctype"]),
        )

    def _owner(self, schema: str) -> str:
        """Who owns the schema, at whichever side it can be seen."""
        unreachable = []
        for side in (self._source, self._target):
            try:
                with connect(side) as connection:
                    row = connection.execute(
                        "SELECT pg_get_userbyid(nspowner) AS owner FROM pg_namespace"
                        " WHERE nspname = %s",
                        [schema],
                    ).fetchone()
            except DatabaseUnavailable as error:
                unreachable.append(error)
                continue
            if row is not None:
                return str(row["owner"])
        if unreachable:
            raise unreachable[0]
        raise MoveRefused(
            f"{self._source.tool} has no schema {schema}: write its name as it is, without quotes."
        )


def _state(side: Side, name: str) -> State | None:
    try:
        with connect(side) as connection:
            row = read_row(connection, name)
    except (DatabaseUnavailable, psycopg.errors.UndefinedTable):
        return None
    return row.state if row is not None else None


def _exists(side: Side) -> bool:
    with connect(maintenance(side)) as connection:
        found = connection.execute(
            "SELECT FROM pg_database WHERE datname = %s", [side.tool.database]
        ).fetchone()
    return found is not None


def _lay_out(connection: ToolConnection) -> None:
    for statement in ("CREATE SCHEMA IF NOT EXISTS shared_db", *STATEMENTS):
        connection.execute(statement)
    row = connection.execute("SELECT project FROM shared_db.identity").fetchone()
    if row is not None and row["project"] != FOREIGN:
        raise MoveRefused(
            f"This database belongs to the project {row['project']}: move its services by their "
            "names, `shared-db move start <service>`."
        )
    connection.execute(
        "INSERT INTO shared_db.identity (project, layout) VALUES (%s, %s)"
        " ON CONFLICT (one) DO UPDATE SET layout = EXCLUDED.layout",
        [FOREIGN, LAYOUT_VERSION],
    )


def _side(url: str, option: str, link: tuple[str, int] | None) -> Side:
    address, login = parse_url(url, variable=option, default_database="postgres")
    if login is None:
        raise ConfigurationError(
            f"{option} names no user: write postgresql://user:password@host:5432/database."
        )
    reached = replace(address, host=link[0], port=link[1]) if link else address
    return Side(
        address=address, tool=address, login=Login(login.user, login.password), link=reached
    )
