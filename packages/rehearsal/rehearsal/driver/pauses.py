"""The pauses of a disk: how long one synchronous write takes on it, looked at all the time."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_EVERY = 0.05
_PAGE = 8192


@dataclass
class DiskPauses:
    """What was found.

    Args:
        longest: seconds that the slowest of the writes took.
    """

    longest: float = 0.0


@contextmanager
def disk_pauses(folder: Path) -> Iterator[DiskPauses]:
    """Write a page to the folder's disk twenty times a second, as long as the block lasts."""
    found, over = DiskPauses(), threading.Event()

    def look() -> None:
        with tempfile.TemporaryFile(dir=folder) as file:
            while not over.wait(_EVERY):
                began = time.monotonic()
                os.pwrite(file.fileno(), bytes(_PAGE), 0)
                os.fsync(file.fileno())
                found.longest = max(found.longest, time.monotonic() - began)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()
