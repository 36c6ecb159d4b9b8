"""Named points of a move at which a test may kill or pause the process."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

VARIABLE = "SHARED_DB_AT"
"""``<point>=kill`` or ``<point>=pause:<file>``: what to do when that point is reached."""

POINTS = (
    *(
        f"{when}:{phase}"
        for phase in (
            *("check", "prepare", "copy", "follow", "verify", "reverse", "warm", "cut", "resume"),
            *("compare", "rollback", "finish", "abort"),
        )
        for when in ("before", "after")
    ),
    *("after:claim", "after:slot", "after:definitions", "after:subscription"),
    *("after:verify-lock", "after:verify-gate"),
    *("after:reverse-publication", "after:reverse-slot", "after:reverse-subscription"),
    *("after:reopen", "after:lock", "before:commit", "after:commit", "after:promote"),
    *("after:reverse-dropped", "after:forward-dropped", "after:put-aside", "after:release"),
    *("after:abort-release", "after:abort-replication"),
)
"""All points, in no particular order."""

_POLL = 0.01


def reach(point: str) -> None:
    """Tell that the move has come to ``point``; nothing happens unless the variable names it.

    Args:
        point: ``before:<step>`` or ``after:<step>``.
    """
    wanted, _, action = os.environ.get(VARIABLE, "").partition("=")
    if wanted != point or not action:
        return
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    file = Path(action.removeprefix("pause:"))
    file.with_name(f"{file.name}.reached").touch()
    while file.exists():
        time.sleep(_POLL)
