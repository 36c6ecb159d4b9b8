"""Versions between which a schema can move."""

from __future__ import annotations

from collections.abc import Iterator

from shared_db.check.finding import Verdict
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.server import Server

OLDEST_SOURCE, OLDEST_TARGET, NEWEST = 15, 16, 18


def find_versions(source: Server, target: Server) -> Iterator[Obstacle]:
    """Versions that are too old, unknown, or leave no way back."""
    yield from _too_old(source, target)
    if OLDEST_SOURCE <= source.version < OLDEST_TARGET:
        yield Obstacle(
            "no-way-back",
            Verdict.WARNS,
            (),
            f"The source is PostgreSQL {source.version}: it cannot follow the target without "
            "taking its own rows back, so after the cut there is no rollback.",
            "Upgrade the source (`pg_upgrade --link`), or go on and keep a backup until finish: "
            "`pg_dump --format=custom`.",
        )
    newest = max(source.version, target.version)
    if newest > NEWEST:
        yield Obstacle(
            "unknown-version",
            Verdict.WARNS,
            (),
            f"PostgreSQL {newest} is newer than {NEWEST}, the newest with which moves were tried.",
            "Rehearse the move first: `shared-db move rehearse`.",
        )


def _too_old(source: Server, target: Server) -> Iterator[Obstacle]:
    if source.version < OLDEST_SOURCE:
        yield Obstacle(
            "old-source",
            Verdict.BLOCKS,
            (),
            f"The source is PostgreSQL {source.version}; a move needs {OLDEST_SOURCE} or newer.",
            "Upgrade the source: `pg_upgrade --link`.",
        )
    if target.version < OLDEST_TARGET:
        yield Obstacle(
            "old-target",
            Verdict.BLOCKS,
            (),
            f"The target is PostgreSQL {target.version}; a subscription that leaves out what came "
            f"from elsewhere needs {OLDEST_TARGET} or newer.",
            "Move to a newer server, or upgrade the target: `pg_upgrade --link`.",
        )
    if target.version < source.version:
        yield Obstacle(
            "older-target",
            Verdict.BLOCKS,
            (),
            f"The target is PostgreSQL {target.version}, older than the source's {source.version}: "
            "the schema's definition may not be understood there.",
            "Move to a server that is not older, or upgrade the target: `pg_upgrade --link`.",
        )
