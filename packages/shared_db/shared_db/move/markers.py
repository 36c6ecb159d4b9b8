"""Markers: rows that, seen on the other side, prove that all before them has been applied."""

from __future__ import annotations

import time
from datetime import datetime
from uuid import UUID

from shared_db.tool_connection import ToolConnection

_WRITE = """
INSERT INTO shared_db.markers (run_id, name, noted_at)
VALUES (%s, %s, clock_timestamp())
    ON CONFLICT (run_id, name) DO UPDATE SET noted_at = EXCLUDED.noted_at
RETURNING noted_at
"""

_SEEN = """
SELECT EXISTS (
    SELECT FROM shared_db.markers WHERE run_id = %s AND name = %s AND noted_at >= %s
) AS seen
"""


DURABLE = "durable"
"""A row of one database alone, which its publication leaves out."""


def cut_marker(epoch: int) -> str:
    """The marker without which ``shared_db.promote`` refuses that epoch."""
    return f"cut:{epoch}"


def moved_marker(epoch: int) -> str:
    """The marker that the cut's own transaction writes: where it has arrived, the cut was made.

    ``cut:`` arrives before the commit point, and stays for a while when a cut is given up.
    """
    return f"moved:{epoch}"


def write_marker(source: ToolConnection, run_id: UUID, name: str) -> datetime:
    """Write a marker where the schema is active; ``source`` is in autocommit."""
    row = source.execute(_WRITE, [run_id, name]).fetchone()
    if row is None:
        raise AssertionError("INSERT … RETURNING gave no row")
    noted: datetime = row["noted_at"]
    return noted


def commit_durably(target: ToolConnection, run_id: UUID) -> None:
    """Commit a row so that all that was committed before is on disk, whatever the settings."""
    with target.transaction():
        target.execute("SET LOCAL synchronous_commit = 'on'")
        write_marker(target, run_id, DURABLE)


def marker_seen(target: ToolConnection, run_id: UUID, name: str, noted: datetime) -> bool:
    """Whether that marker, or a later one of its name, has been applied there."""
    row = target.execute(_SEEN, [run_id, name, noted]).fetchone()
    return bool(row and row["seen"])


def await_marker(
    target: ToolConnection,
    run_id: UUID,
    name: str,
    noted: datetime,
    *,
    timeout: float,
    pause: float = 0.0005,
) -> bool:
    """Poll until the marker is there; False when ``timeout`` seconds have passed."""
    deadline = time.monotonic() + timeout
    while not marker_seen(target, run_id, name, noted):
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def forget_cut(home: ToolConnection, run_id: UUID, epoch: int) -> None:
    """Remove what a tool that died in a hold has left: that cut was not made.

    Args:
        home: where the schema is active, with nothing of that tool left.
        run_id: the run.
        epoch: the home's.
    """
    forget_marker(home, run_id, cut_marker(epoch + 1))


def forget_marker(source: ToolConnection, run_id: UUID, name: str) -> None:
    """Remove a marker whose hold was given up."""
    source.execute("DELETE FROM shared_db.markers WHERE run_id = %s AND name = %s", [run_id, name])
