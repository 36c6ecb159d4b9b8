"""Named points of a move at which a test may kill or pause the process."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

VARIABLE = "SHARED_DB_AT"
"""``<point>=kill`` or ``<point>=pause:<file>``: what to do when that point is reached."""

_POLL = 0.01


def reach(point: str) -> None:
    """Tell that the move has come to ``point``; nothing happens unless the variable names it.

    Args:
        point: ``before:<step>`` or ``after:<step>``.
    """
    wanted, _, action = os.environ.get(VARIABLE, "").partition("=")
    if wanted != point:
        return
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    file = Path(action.removeprefix("pause:"))
    file.with_name(f"{file.name}.reached").touch()
    while file.exists():
        time.sleep(_POLL)
