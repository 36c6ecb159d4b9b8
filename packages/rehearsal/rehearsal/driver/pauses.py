"""The pauses of a disk: how long one synchronous write takes on it, looked at all the time."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType

_EVERY = 0.05
_PAGE = 8192


class DiskPauses:
    """Writes a page to the disk twenty times a second, as long as the block lasts.

    Args:
        folder: on the disk.
    """

    def __init__(self, folder: Path) -> None:
        self.longest = 0.0
        """Seconds that the slowest of the writes took."""
        self._folder = folder
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> DiskPauses:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        with tempfile.TemporaryFile(dir=self._folder) as file:
            while not self._over.wait(_EVERY):
                began = time.monotonic()
                os.pwrite(file.fileno(), bytes(_PAGE), 0)
                os.fsync(file.fileno())
                self.longest = max(self.longest, time.monotonic() - began)
