"""All findings in one go; what a role may not see is said, never guessed."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from psycopg import sql

from shared_db.check.finding import Verdict
from shared_db.move.inspect.at_source import Finder, schema_finders, source_finders
from shared_db.move.inspect.at_target import Target, target_finders
from shared_db.move.inspect.capacity import find_capacity, find_connections
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.occupied import find_same_database
from shared_db.move.inspect.server import Server, read_server
from shared_db.move.inspect.settings import find_wal_limit
from shared_db.move.inspect.size import Size, read_size
from shared_db.move.inspect.versions import find_versions
from shared_db.move.subject import Side, Subject
from shared_db.tool_connection import ToolConnection

_ORDER = (Verdict.BLOCKS, Verdict.WARNS, Verdict.INFORMS)


def inspect(
    source: ToolConnection,
    target: ToolConnection | None,
    subject: Subject,
    side_target: Side | None = None,
) -> list[Obstacle]:
    """Everything that stands in the way of a move, or is worth knowing before it.

    Args:
        source: the home, as the role that will move it, in autocommit.
        target: the target database or, while there is none, its server's maintenance database;
            None leaves the target out.
        subject: the schema and its roles.
        side_target: where the target is; without it the connection is taken for the target's.

    Returns:
        What blocks first, then the warnings, then the rest.
    """
    size = read_size(source, subject)
    if size is None:
        return [_no_schema(source, subject.schema)]
    here = read_server(source, "source")
    finders = schema_finders(source, subject) + source_finders(source, subject, here)
    if target is None:
        finders += _servers(here, None, size)
        finders.append(lambda: [_NO_TARGET])
    else:
        there = read_server(target, "target")
        same = here.identity == there.identity
        found_target = Target.of(target, side_target, same_server=same)
        if found_target.exists and (
            home := list(find_same_database(source, target, subject, same_server=same))
        ):
            return home
        finders += _servers(here, there, size)
        finders += target_finders(source, found_target, subject, there)
    found = [obstacle for finder in finders for obstacle in _seen(finder, source.info.user)]
    return sorted(found, key=lambda obstacle: _ORDER.index(obstacle.verdict))


def _servers(here: Server, there: Server | None, size: Size) -> list[Finder]:
    same = there is not None and here.identity == there.identity
    finders: list[Finder] = [
        lambda: find_capacity(here, there),
        lambda: find_wal_limit(here, size.bytes, is_target_too=same),
    ]
    if there is not None:
        finders += [
            lambda: find_versions(here, there),
            lambda: find_connections(there, size.sessions),
        ]
    return finders


_NO_TARGET = Obstacle(
    "target-not-inspected",
    Verdict.INFORMS,
    (),
    "The target could not be asked, so only the source was inspected.",
    "Start the target's server, or correct its URL, and run `shared-db move check` again.",
)


def _no_schema(source: ToolConnection, schema: str) -> Obstacle:
    return Obstacle(
        "no-schema",
        Verdict.BLOCKS,
        (schema,),
        f"The database {source.info.dbname} has no schema {schema}.",
        "Write its name as it is, without quotes; it is one of `SELECT nspname FROM pg_namespace`.",
    )


def _seen(finder: Finder, role: str) -> Iterator[Obstacle]:
    """What a finder finds; where the role may not look, that."""
    try:
        yield from finder()
    except psycopg.errors.InsufficientPrivilege as error:
        yield Obstacle(
            "not-seen",
            Verdict.INFORMS,
            (),
            f"A part could not be inspected: {error.diag.message_primary}.",
            f"As a superuser, run `GRANT pg_monitor TO {sql.Identifier(role).as_string()}`, or "
            "check as a superuser.",
        )
