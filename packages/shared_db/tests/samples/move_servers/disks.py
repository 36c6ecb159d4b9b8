"""Disks that become full when a test says so, and have room again."""

from __future__ import annotations

import shutil
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path

import psutil
from shared_db.embedded.processes import postmaster_of
from shared_db.embedded_address import data_folder

from move_servers.mounts import mount, resize, unmount
from move_servers.places import new_place

_MEGABYTE = 1024**2
_TRIES = 20


class Disk(ABC):
    """Where one server's data lie; give it to ``Server`` and fill it while that runs."""

    sqlstate: str
    """What a statement gets that finds no room."""

    def __init__(self) -> None:
        self._folder = Path()

    def hold(self, folder: Path) -> None:
        """Become the disk of the server's folder, before its first start."""
        self._folder = folder

    @abstractmethod
    def fill(self, left: int = 16 * _MEGABYTE) -> None:
        """Leave room for so many bytes."""

    @abstractmethod
    def free(self) -> None:
        """Have room again."""


class Mount(Disk):
    """A file system of its own in memory; needs root. It goes with its server."""

    sqlstate = "53100"

    def __init__(self, size: int = 1024 * _MEGABYTE) -> None:
        super().__init__()
        self._size = size

    def hold(self, folder: Path) -> None:
        """Mount it there."""
        super().hold(folder)
        mount(folder, self._size)

    def fill(self, left: int = 16 * _MEGABYTE) -> None:
        """Shrink it to what is used and ``left`` bytes."""
        for _ in range(_TRIES):  # what is used grows meanwhile
            if resize(self._folder, shutil.disk_usage(self._folder).used + left):
                return
        raise AssertionError(f"{self._folder} grows faster than it can be made smaller.")

    def free(self) -> None:
        """Give it its first size."""
        resize(self._folder, self._size)


class FileSizes(Disk):
    """A limit to the size of each file of the running server; works for every account on Linux.

    Not quite a full disk: small files go on growing, the SQLSTATE is another one, and the limit
    ends with the server. Below the 16 MiB of a file of the log, the server panics.
    """

    sqlstate = "XX000"

    def fill(self, left: int = 16 * _MEGABYTE) -> None:
        """No file may become larger than ``left`` bytes."""
        self._limit(str(left))

    def free(self) -> None:
        """No limit any more."""
        self._limit("unlimited")

    def _limit(self, size: str) -> None:
        postmaster = postmaster_of(data_folder(self._folder))
        if postmaster is None:
            return
        for process in (postmaster, *postmaster.children()):
            _limit_files(process, size)


def limited_disk() -> Disk:
    """A ``Mount`` where this process may mount, else ``FileSizes``."""
    probe = new_place()
    try:
        mount(probe, _MEGABYTE)
    except PermissionError:
        return FileSizes()
    finally:
        unmount(probe)
        probe.rmdir()
    return Mount()


def _limit_files(process: psutil.Process, size: str) -> None:
    """Only a process's own account may limit it, unless CAP_SYS_RESOURCE is there."""
    try:
        owner, group = process.uids().real, process.gids().real
        subprocess.run(
            ["prlimit", f"--pid={process.pid}", f"--fsize={size}:unlimited"],
            check=True,
            user=owner,
            group=group,
            extra_groups=[],
        )
    except (psutil.NoSuchProcess, subprocess.CalledProcessError):
        if process.is_running():
            raise
