"""What is looked for where the schema shall go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import sql

from shared_db.move.inspect.activity import find_waits
from shared_db.move.inspect.at_source import Finder
from shared_db.move.inspect.defaults import find_defaults
from shared_db.move.inspect.extensions import find_extensions, needed_extensions
from shared_db.move.inspect.locales import find_locale, read_locale
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.occupied import find_occupied
from shared_db.move.inspect.passwords import find_password
from shared_db.move.inspect.pooler import find_services_pooler, find_tool_pooler
from shared_db.move.inspect.privileges import find_privileges, find_role_creation
from shared_db.move.inspect.server import Server
from shared_db.move.inspect.settings import find_settings
from shared_db.move.inspect.surroundings import find_surroundings, needed_surroundings
from shared_db.move.inspect.target_roles import find_target_roles, needed_roles
from shared_db.move.subject import Side, Subject
from shared_db.tool_connection import ToolConnection

_FOLLOWS_SINCE = 160000
"""From this version the source can follow the target, for the way back."""


@dataclass(frozen=True)
class Target:
    """The target as far as it is there.

    Args:
        connection: to its database or, while there is none, to another one of its server.
        database: its name.
        exists: whether the connection is to that database.
        same_server: whether source and target are on one server.
        side: where it is, when that was given.
    """

    connection: ToolConnection
    database: str
    exists: bool
    same_server: bool
    side: Side | None

    @classmethod
    def of(cls, connection: ToolConnection, side: Side | None, *, same_server: bool) -> Target:
        """The target behind a connection; without a side the connection is to the target."""
        database = side.tool.database if side else connection.info.dbname
        exists = connection.info.dbname == database
        return cls(connection, database, exists, same_server, side)


def target_finders(
    source: ToolConnection, target: Target, subject: Subject, server: Server
) -> list[Finder]:
    """Roles, extensions, locales and privileges; its server's state, when it is another one."""
    other, exists = target.connection, target.exists
    schema = subject.schema
    same_role = target.same_server and source.info.user == other.info.user
    finders: list[Finder] = [
        lambda: find_target_roles(needed_roles(source, subject), other, target_exists=exists),
        lambda: find_role_creation(other, subject),
        lambda: find_privileges(
            other, subject, "target", target_exists=exists, same_role=same_role
        ),
        lambda: find_password(other, source, "target"),
        lambda: find_extensions(needed_extensions(source, schema), other, target_exists=exists),
        lambda: find_surroundings(needed_surroundings(source, schema), other),
        lambda: _locale(source, target),
        lambda: find_defaults(
            source,
            other,
            subject,
            sql.Identifier(target.database).as_string(),
            target_exists=exists,
        ),
        lambda: find_tool_pooler(other, "target"),
    ]
    if source.info.server_version >= _FOLLOWS_SINCE:
        finders.append(lambda: find_password(source, other, "source"))
    if exists:
        finders.append(lambda: find_occupied(other, schema))
    if target.side is not None:
        side = target.side
        finders.append(lambda: find_services_pooler(side, "target"))
    if not target.same_server:
        finders += [lambda: find_settings(server), lambda: find_waits(other, "target")]
    return finders


def _locale(source: ToolConnection, target: Target) -> Iterator[Obstacle]:
    like = target.database if target.exists else "template1"
    yield from find_locale(
        read_locale(source, source.info.dbname),
        read_locale(target.connection, like),
        target.database,
        exists=target.exists,
    )
