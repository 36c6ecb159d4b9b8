"""Rows passed from one program to another with rests, so that live traffic keeps the processors."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import IO

from shared_db.move.pacing import REST

_WORK = 0.01
"""Seconds until a rest. Both servers wait while nothing is passed on."""

_PIECE = 1024 * 1024


def pump(reading: IO[bytes], writing: IO[bytes]) -> None:
    """Pass everything on, in the kernel where that can be done (Linux), and close both.

    Whoever ends early has its own reason to tell, so that a broken pipe is no error here.

    Args:
        reading: a pipe that a program writes to.
        writing: a pipe that a program reads from.
    """
    move = _splice if hasattr(os, "splice") else _read_and_write
    with reading, writing:
        ends = reading.fileno(), writing.fileno()
        try:
            while _until(time.monotonic() + _WORK, move, ends):
                time.sleep(_WORK * REST)
        except BrokenPipeError:
            return


def _until(deadline: float, move: Callable[[int, int], int], ends: tuple[int, int]) -> bool:
    """Whether there may be more."""
    while time.monotonic() < deadline:
        if not move(*ends):
            return False
    return True


def _splice(reading: int, writing: int) -> int:
    return os.splice(reading, writing, _PIECE)


def _read_and_write(reading: int, writing: int) -> int:
    data = os.read(reading, _PIECE)
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(writing, rest) :]
    return len(data)
