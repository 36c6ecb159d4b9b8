"""One start or stop at a time, over all processes."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared_db.errors import ServerError

_PAUSE = 0.01


@contextmanager
def alone(file: Path, *, timeout: float) -> Iterator[int]:
    """Hold the lock; it ends with the process, and with the programs given its descriptor.

    Args:
        file: the file to lock; created, never removed.
        timeout: how many seconds to wait for it.

    Raises:
        ServerError: another process held it for that long.
    """
    deadline = time.monotonic() + timeout
    with file.open("a") as opened:
        while not _try(opened.fileno()):
            if time.monotonic() > deadline:
                raise ServerError(
                    f"Another process has been starting or stopping the embedded server for "
                    f"{timeout:.0f} seconds (it holds {file}): end it and try again."
                )
            time.sleep(_PAUSE)
        try:
            yield opened.fileno()
        finally:
            fcntl.flock(opened, fcntl.LOCK_UN)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
