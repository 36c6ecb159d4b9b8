"""All findings in one go; what a role may not see is said, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import psycopg

from shared_db.check.finding import Verdict
from shared_db.move.inspect.activity import find_crossing_transactions, find_waits
from shared_db.move.inspect.bodies import find_crossing_bodies
from shared_db.move.inspect.boundary import find_crossings
from shared_db.move.inspect.columns import find_columns
from shared_db.move.inspect.feeds import find_feeds
from shared_db.move.inspect.grants import find_grants
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.owners import find_owning_roles
from shared_db.move.inspect.replica_identity import find_replica_identities
from shared_db.move.inspect.roles import find_roles
from shared_db.move.inspect.statements import find_crossing_statements
from shared_db.move.inspect.tables import find_tables
from shared_db.move.inspect.target_roles import find_target_roles, needed_roles
from shared_db.move.inspect.unhoused import find_unhoused
from shared_db.move.subject import Side, Subject
from shared_db.tool_connection import ToolConnection

_Finder = Callable[[], Iterable[Obstacle]]


def inspect(
    source: ToolConnection,
    target: ToolConnection | None,
    subject: Subject,
    side_target: Side | None = None,
) -> list[Obstacle]:
    """Everything that stands in the way of a move, or is worth knowing before it.

    Args:
        source: the home, as the role that will move it.
        target: the target database or, while there is none, its server's maintenance database.
        subject: the schema and its roles.
        side_target: where the target is; without it the connection is taken for the target's.
    """
    schema = subject.schema
    finders: list[_Finder] = [
        lambda: find_crossings(source, schema),
        lambda: find_crossing_bodies(source, schema),
        lambda: find_unhoused(source, schema),
        lambda: find_replica_identities(source, schema),
        lambda: find_tables(source, schema),
        lambda: find_columns(source, schema, subject.name),
        lambda: find_feeds(source, schema),
        lambda: find_roles(source, subject),
        lambda: find_owning_roles(source, subject),
        lambda: find_grants(source, subject),
        lambda: find_waits(source, "source"),
        lambda: find_crossing_transactions(source, schema),
        lambda: find_crossing_statements(source, schema),
    ]
    if target is not None:
        finders += _of_target(source, target, subject, _exists(target, side_target))
    return [obstacle for finder in finders for obstacle in _seen(finder)]


def _of_target(
    source: ToolConnection, target: ToolConnection, subject: Subject, target_exists: bool
) -> list[_Finder]:
    return [
        lambda: find_target_roles(
            needed_roles(source, subject), target, target_exists=target_exists
        ),
    ]


def _exists(target: ToolConnection, side_target: Side | None) -> bool:
    """Whether the connection leads to the target database itself."""
    return side_target is None or target.info.dbname == side_target.tool.database


def _seen(finder: _Finder) -> Iterator[Obstacle]:
    try:
        yield from finder()
    except psycopg.errors.InsufficientPrivilege as error:
        yield Obstacle(
            code="not-seen",
            verdict=Verdict.INFORMS,
            objects=(),
            sentence=f"A part could not be inspected: {error.diag.message_primary}.",
            remedy="Run the check as a role that may see it: `GRANT pg_monitor TO` that role.",
        )
