"""Folders of runs that were killed before they could remove them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil


def left_folders(within: Path, prefix: str) -> Iterator[Path]:
    """Those of our own processes that do not live any more.

    Args:
        within: where they are.
        prefix: what their names begin with; the process's id and a hyphen follow.
    """
    for folder in within.glob(f"{prefix}*"):
        pid = folder.name.removeprefix(prefix).partition("-")[0]
        is_ours = folder.stat().st_uid == os.geteuid()
        if is_ours and pid.isdigit() and not psutil.pid_exists(int(pid)):
            yield folder
