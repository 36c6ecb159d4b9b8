"""Settings of the servers that a move cannot live with, or with which it is at risk."""

from __future__ import annotations

from collections.abc import Iterator

from shared_db.check.finding import Verdict
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.server import Server

_MB = 1024 * 1024


def find_settings(server: Server) -> Iterator[Obstacle]:
    """Standby servers, ``wal_level``, ``fsync``, and slots that are given up when idle."""
    side = server.side
    if server.in_recovery:
        yield Obstacle(
            "standby-server",
            Verdict.BLOCKS,
            (),
            f"The {side} is a physical standby: nothing can be written there.",
            f"Name the primary server instead, or, if it is gone, on the {side} run "
            "`SELECT pg_promote()`.",
        )
    if server.settings.get("wal_level") != "logical":
        yield Obstacle(
            "wal-level",
            Verdict.BLOCKS,
            (),
            f"The {side} has wal_level = {server.settings.get('wal_level')}; rows cannot be "
            "followed there.",
            f"On the {side}, run `ALTER SYSTEM SET wal_level = 'logical'` and restart the server.",
        )
    if server.settings.get("fsync") == "off":
        yield Obstacle(
            "fsync-off",
            Verdict.WARNS,
            (),
            f"The {side} has fsync = off: the cut is refused, as a crash could undo it.",
            f"Before the cut, on the {side}, run `ALTER SYSTEM SET fsync = on; "
            "SELECT pg_reload_conf()`.",
        )
    if server.number("idle_replication_slot_timeout"):
        yield Obstacle(
            "idle-slot-timeout",
            Verdict.WARNS,
            (),
            f"The {side} gives up a replication slot that nobody reads for "
            f"{server.settings['idle_replication_slot_timeout']} s, as during a long copy.",
            f"On the {side}, run `ALTER SYSTEM SET idle_replication_slot_timeout = 0; "
            "SELECT pg_reload_conf()`.",
        )


def find_wal_limit(server: Server, size: int, *, is_target_too: bool) -> Iterator[Obstacle]:
    """Whether the WAL of a whole copy may be kept for the slot.

    Args:
        server: the source.
        size: the schema's tables with their indexes, in bytes.
        is_target_too: whether the copy writes its WAL there as well.
    """
    limit = server.number("max_slot_wal_keep_size")
    expected = size * (2 if is_target_too else 1)
    if limit is None:
        return
    if limit < 0:
        yield Obstacle(
            "unlimited-wal",
            Verdict.INFORMS,
            (),
            "The source keeps WAL for a slot without a limit: while the move runs, its disk needs "
            f"room for all that is written, {_size(expected)} or more for the copy.",
            "Watch it on the source: `SELECT slot_name, pg_size_pretty(pg_wal_lsn_diff("
            "pg_current_wal_lsn(), restart_lsn)) FROM pg_replication_slots`.",
        )
    elif limit * _MB < expected:
        yield Obstacle(
            "little-wal",
            Verdict.WARNS,
            (),
            f"The source keeps {_size(limit * _MB)} of WAL for a slot; the schema has "
            f"{_size(size)}, and a slot that falls behind further is lost.",
            "On the source, run `ALTER SYSTEM SET max_slot_wal_keep_size = "
            f"'{expected // _MB + 1024}MB'; SELECT pg_reload_conf()`.",
        )


def _size(size: int) -> str:
    return f"{size / _MB:,.0f} MB" if size >= _MB else f"{size / 1024:,.0f} kB"
