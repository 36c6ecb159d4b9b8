"""All findings in one go; what a role may not see is said, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import psycopg

from shared_db.check.finding import Verdict
from shared_db.move.inspect.bodies import find_crossing_bodies
from shared_db.move.inspect.boundary import find_crossings
from shared_db.move.inspect.obstacle import Obstacle
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
    ]
    return [obstacle for finder in finders for obstacle in _seen(finder)]


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
