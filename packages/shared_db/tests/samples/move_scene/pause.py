"""Letting a command wait at a point of the move while a test does its harm."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from types import TracebackType

_TIMEOUT = 90.0
_POLL = 0.01


class Pause:
    """A command that is given ``action`` waits at the point until ``end()``.

    Args:
        point: one of ``shared_db.move.points.POINTS``.
    """

    def __init__(self, point: str) -> None:
        handle, name = tempfile.mkstemp(prefix="shared-db-pause-")
        os.close(handle)
        self._file = Path(name)
        self.action = f"{point}=pause:{name}"

    def __enter__(self) -> Pause:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()
        self._reached.unlink(missing_ok=True)

    @property
    def _reached(self) -> Path:
        return self._file.with_name(f"{self._file.name}.reached")

    def await_reached(self) -> None:
        """Wait until the command is there."""
        deadline = time.monotonic() + _TIMEOUT
        while not self._reached.exists():
            assert time.monotonic() < deadline, "the command did not come to the point"
            time.sleep(_POLL)

    def end(self) -> None:
        """Let the command go on."""
        self._file.unlink(missing_ok=True)
