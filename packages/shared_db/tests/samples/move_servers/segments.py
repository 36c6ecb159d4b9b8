"""The System V segment that a killed server leaves behind until its next start."""

from __future__ import annotations

import ctypes
from pathlib import Path

from shared_db.embedded_address import data_folder

_REMOVE = 0  # IPC_RMID, on Linux and macOS alike
_LINE = 6


def remove_segment(folder: Path) -> None:
    """Remove the segment of a server that does not run.

    Its number is in ``postmaster.pid``, which a server that stops takes away with the segment.

    Args:
        folder: the server's folder.
    """
    try:
        lines = (data_folder(folder) / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        number = int(lines[_LINE].split()[1])
    except (FileNotFoundError, IndexError, ValueError):
        return
    ctypes.CDLL(None).shmctl(number, _REMOVE, None)
