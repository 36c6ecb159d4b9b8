"""A supervised process ends when its supervisor is gone, however that ended."""

from __future__ import annotations

import os
import signal
import threading

SUPERVISOR_PIPE = "SUPERVISOR_PIPE"
"""Variable with the file descriptor of a pipe whose other end the supervisor holds open."""


def exit_when_alone() -> None:
    """Watch the supervisor's pipe, if there is one: its end means that the supervisor is gone."""
    given = os.environ.pop(SUPERVISOR_PIPE, "")
    if not given.isdigit():
        return
    threading.Thread(target=_watch, args=(int(given),), daemon=True, name="supervision").start()


def _watch(pipe: int) -> None:
    while os.read(pipe, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
