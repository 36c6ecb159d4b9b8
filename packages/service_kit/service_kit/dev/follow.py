"""Showing log files, and going on as they grow."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from shared_db import discover

from service_kit.dev.screen import Screen, console

_LAST_LINES = 200
_PAUSE = 0.2


def show_logs(files: Mapping[str, Path], *, follow: bool) -> int:
    """Print the last lines of each file; with ``follow``, what is added until Ctrl-C.

    Args:
        files: log files by the service's name.
        follow: whether to go on.
    """
    screen = Screen(discover())
    present = {name: file for name, file in files.items() if file.exists()}
    if not present:
        console.print("There are no logs yet: start with `make up`.")
        return 0
    positions = {}
    for name, file in present.items():
        text = file.read_text(encoding="utf-8", errors="replace")
        positions[name] = len(text.encode())
        for line in text.splitlines()[-_LAST_LINES:]:
            screen.line(name, line)
    while follow:
        time.sleep(_PAUSE)
        for name, file in present.items():
            positions[name] = _show_new(screen, name, file, positions[name])
    return 0


def _show_new(screen: Screen, name: str, file: Path, position: int) -> int:
    size = file.stat().st_size
    if size <= position:
        return size
    with file.open("rb") as opened:
        opened.seek(position)
        added = opened.read()
    complete = added[: added.rfind(b"\n") + 1]
    for line in complete.decode("utf-8", "replace").splitlines():
        screen.line(name, line)
    return position + len(complete)
