"""Where a stage is built: in memory if there is room, so that a disk's pauses are not the move's.

A disk that others use too takes a second for one fsync now and then, whatever is written; a request
that commits just then takes as long. Servers in memory write the same log and sync it, which takes
no time there.
"""

from __future__ import annotations

import tempfile
from enum import StrEnum
from pathlib import Path

import psutil
from shared_db import ServerError

_MEMORY = Path("/dev/shm")  # noqa: S108 - Linux's own
_BASE = 3 << 30
_PER_PAYMENT = 10 << 10
"""Bytes of two homes with their indexes and logs, as measured and rounded up."""


class Ground(StrEnum):
    """What holds the stage."""

    AUTO = "auto"
    MEMORY = "memory"
    DISK = "disk"


def folder_on(ground: Ground, *, payments: int) -> Path:
    """The folder in which a stage for so many payments is made.

    On disk that is the one for temporary files (``TMPDIR``).

    Raises:
        ServerError: memory is asked for and there is not enough.
    """
    needed = _BASE + payments * _PER_PAYMENT
    room = _room()
    if ground is Ground.MEMORY and room < needed:
        raise ServerError(
            f"A stage for {payments:,} payments takes up to {needed >> 30} GiB of memory in "
            f"{_MEMORY}, which has room for {room >> 30}: rehearse with fewer or on the disk."
        )
    if ground is Ground.DISK or room < needed:
        return Path(tempfile.gettempdir())
    return _MEMORY


def _room() -> int:
    """How many bytes may be kept in memory, half of what is free left alone."""
    if not _MEMORY.is_dir():
        return 0
    return min(psutil.disk_usage(str(_MEMORY)).free, psutil.virtual_memory().available // 2)
