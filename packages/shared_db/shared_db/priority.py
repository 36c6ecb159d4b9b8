"""Work beside traffic gives way to it: a lower priority for a process or a thread."""

from __future__ import annotations

import os
from contextlib import suppress

_NICE = 10
"""Who has the usual priority gets the processor nine times as often."""


def give_way(number: int) -> None:
    """Lower the priority of a process or, on Linux, of a thread; it cannot be raised again.

    Args:
        number: its id; one that has ended, or is another account's, is left alone.
    """
    with suppress(OSError):
        known = os.getpriority(os.PRIO_PROCESS, number)
        os.setpriority(os.PRIO_PROCESS, number, max(known, _NICE))
