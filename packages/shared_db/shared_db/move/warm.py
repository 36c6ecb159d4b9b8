"""Waiting until every process of the service has connections to its next home."""

from __future__ import annotations

import time

from shared_db.errors import MoveRefused
from shared_db.move.backends import instances
from shared_db.move.options import MoveOptions
from shared_db.move.subject import Subject
from shared_db.tool_connection import ToolConnection

_POLL = 0.1


def await_warm(
    source: ToolConnection, target: ToolConnection, subject: Subject, options: MoveOptions
) -> set[str]:
    """Wait until all processes that are connected to the home are connected to the target too.

    A process carries its name as ``application_name`` there only when it has warmed its
    connections. It must be seen twice, since a process may look there for a moment only.

    Returns:
        The names of the warm processes.

    Raises:
        MoveRefused: some have not warmed in time; with ``force`` they are left to learn the new
            home from the fence.
    """
    deadline = time.monotonic() + options.warm_patience
    before: set[str] = set()
    while True:
        warm = instances(target, subject)
        silent = instances(source, subject) - (warm & before)
        if not silent:
            return warm
        if time.monotonic() > deadline:
            break
        before = warm
        time.sleep(_POLL)
    if options.force:
        return warm
    raise MoveRefused(
        f"{len(silent)} process(es) have not warmed connections to the next home: "
        f"{', '.join(sorted(silent))}. They may be older than this version, stopped, or unable to "
        "reach it: restart them, or cut with --force."
    )
