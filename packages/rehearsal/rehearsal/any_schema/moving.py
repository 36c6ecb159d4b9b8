"""The moves of a rehearsal: there, back, there again, and finished."""

from __future__ import annotations

import time
from collections.abc import Callable

from shared_db.move import Mover

from rehearsal.any_schema.load.application import Application

_POLL = 0.02
_PATIENCE = 60.0
_WRITES = 20


def move_there_and_back(
    mover: Mover, application: Application, seconds: float, told: Callable[[str], None]
) -> None:
    """Run the whole move while the application writes.

    Args:
        mover: of the schema.
        application: what writes.
        seconds: of writes before the first and after the last step.
        told: told of each step.

    Raises:
        SharedDbError: a step failed.
    """
    await_writes(application)
    time.sleep(seconds)
    for name, step in (
        ("start", mover.start),
        ("cutover", mover.cutover),
        ("rollback", mover.rollback),
        ("cutover", mover.cutover),
        ("verify", mover.verify),
        ("finish", mover.finish),
    ):
        told(name)
        step()
        await_writes(application)
    time.sleep(seconds)


def await_writes(application: Application) -> None:
    """Wait until the application has written some more; the check names what it could not write."""
    wanted = len(application.records) + _WRITES
    deadline = time.monotonic() + _PATIENCE
    while len(application.records) < wanted and time.monotonic() < deadline:
        time.sleep(_POLL)
