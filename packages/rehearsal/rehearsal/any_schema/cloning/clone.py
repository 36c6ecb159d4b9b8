"""The clone: definitions of the whole database, rows of one schema, and the roles they name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from shared_db import ConfigurationError
from shared_db.move.programs import Programs, find_programs
from shared_db.move.subject import Side, connect
from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.cloning.databases import (
    SOURCE,
    TARGET,
    apply_settings,
    create_database,
)
from rehearsal.any_schema.cloning.definitions import make, read_definitions
from rehearsal.any_schema.cloning.roles import (
    Roles,
    create_roles,
    grant_everything,
    read_roles,
)
from rehearsal.any_schema.cloning.rows import copy_rows
from rehearsal.any_schema.cloning.servers import Servers
from rehearsal.any_schema.cloning.source import Source, reading, side_of


@dataclass(frozen=True)
class Wanted:
    """What is cloned.

    Args:
        url: the database, as a role that may read all of it.
        schema: the schema whose rows are copied.
        roles: the login roles that are to write; none lets one of the rehearsal's own write.
        rows_limit: rows of each table; None copies all.
        prepare: SQL that is run in the clone first, such as the remedies of a check.
    """

    url: str
    schema: str
    roles: tuple[str, ...] = ()
    rows_limit: int | None = None
    prepare: Path | None = None


@dataclass(frozen=True)
class Clone:
    """The clone and the empty database that it moves to.

    Args:
        schema: what moves.
        source: URL of the clone, as a superuser.
        target: URL of the database that it moves to, as a superuser.
        roles: the roles that write, with their password.
        rows: how many rows were copied.
        version: the version of the server that was cloned.
        notes: what is not as there, in sentences.
    """

    schema: str
    source: str
    target: str
    roles: Roles
    rows: int
    version: str
    notes: list[str]

    def logins(self, role: str) -> tuple[str, str]:
        """The URLs of both databases as one of the roles that write."""
        found = []
        for url in (self.source, self.target):
            side = side_of(url, "the clone")
            login = type(side.login)(role, self.roles.password)
            found.append(side.address.url(login))
        return found[0], found[1]


def look_at(wanted: Wanted) -> None:
    """See that there is something to clone, before servers are started for it.

    Raises:
        SharedDbError: nobody answers there, or schema, role or file are not there.
    """
    with reading(wanted.url, wanted.schema) as source:
        read_roles(source, wanted.roles)
    if wanted.prepare is not None:
        _statements(wanted.prepare)


def make_clone(wanted: Wanted, servers: Servers) -> Clone:
    """Read the source in one snapshot and make the clone, and the database that it goes to.

    Raises:
        SharedDbError: the source cannot be read, or the throwaway server lacks something.
    """
    with reading(wanted.url, wanted.schema) as source:
        roles = read_roles(source, wanted.roles)
        notes: list[str] = []
        for server, database in ((servers.source, SOURCE), (servers.target, TARGET)):
            with _open(server, "postgres") as connection:
                create_roles(connection, roles)
                notes += create_database(connection, database, source)
            with _open(server, database) as connection:
                notes += apply_settings(connection, source, roles)
        with _open(servers.source, SOURCE) as clone:
            programs = find_programs(source.connection.info.server_version // 10000)
            rows = _fill(source, clone, programs, wanted.rows_limit, notes)
            if roles.is_own:
                grant_everything(clone, wanted.schema)
            if wanted.prepare is not None:
                _prepare(clone, wanted.prepare)
        return Clone(
            wanted.schema,
            _side(servers.source, SOURCE).url,
            _side(servers.target, TARGET).url,
            roles,
            rows,
            source.version,
            list(dict.fromkeys(notes)),
        )


def _fill(
    source: Source,
    clone: ToolConnection,
    programs: Programs,
    limit: int | None,
    notes: list[str],
) -> int:
    notes += make(clone, read_definitions(programs, source, "pre-data"), source)
    rows = copy_rows(source, clone, limit)
    notes += make(clone, read_definitions(programs, source, "post-data"), source)
    clone.execute("ANALYZE")
    return rows


def _statements(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{file} cannot be read ({error.strerror}): name another file in --prepare."
        ) from error


def _prepare(clone: ToolConnection, file: Path) -> None:
    try:
        clone.execute(_statements(file))
    except psycopg.Error as error:
        raise ConfigurationError(
            f"{file} cannot be run in the clone ({str(error).strip()}): correct its statements."
        ) from error


@contextmanager
def _open(server: str, database: str) -> Iterator[ToolConnection]:
    with connect(_side(server, database), part="rehearsal") as connection:
        yield connection


def _side(server: str, database: str) -> Side:
    side = side_of(server, "the clone")
    named = side.tool.named(database)
    return Side(named, named, side.login, named)
