"""File systems in memory of a fixed size, mounted on a folder (Linux, as root)."""

from __future__ import annotations

import subprocess
from pathlib import Path


def mount(folder: Path, size: int) -> None:
    """Mount a new one of ``size`` bytes.

    Raises:
        PermissionError: this process may not mount.
    """
    folder.mkdir(exist_ok=True)
    _run("mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(folder))


def resize(folder: Path, size: int) -> bool:
    """Give it another size in bytes; False when more than that is in use."""
    try:
        _run("mount", "-o", f"remount,size={size}", str(folder))
    except PermissionError:
        return False
    return True


def unmount(folder: Path) -> None:
    """Discard what is mounted there, if anything is."""
    if folder.is_mount():
        _run("umount", "--lazy", str(folder))


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise PermissionError(f"{command[0]} is not to be had here.") from error
    if done.returncode != 0:
        raise PermissionError(done.stderr.strip() or f"{command[0]} failed.")
