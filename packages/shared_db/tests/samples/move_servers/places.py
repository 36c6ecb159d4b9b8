"""The folders of throwaway servers, also those of a test run that was killed."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

import psutil
from shared_db.embedded import EmbeddedServer
from shared_db.embedded.processes import clear_remains
from shared_db.embedded_address import data_folder
from shared_db.testing.temporary import new_folder, temporary_base

from move_servers.mounts import unmount
from move_servers.segments import remove_segment

_PREFIX = "move-server-"
SERVER = "postgres"
"""The server's folder within its place."""


def new_place() -> Path:
    """A folder for one server, named after this process."""
    return new_folder(f"{_PREFIX}{os.getpid()}-")


def clear(place: Path) -> None:
    """Stop the server of the place, whatever state it is in, and leave nothing of it."""
    server = EmbeddedServer(place / SERVER)
    server.stop("immediate")
    clear_remains(data_folder(place / SERVER))
    remove_segment(place / SERVER)
    unmount(place / SERVER)
    server.remove()
    shutil.rmtree(place, ignore_errors=True)


def sweep() -> None:
    """Clear the places of processes that have ended without doing so."""
    for place in temporary_base().glob(f"{_PREFIX}*"):
        pid = place.name.removeprefix(_PREFIX).partition("-")[0]
        if place.stat().st_uid == os.geteuid() and not psutil.pid_exists(int(pid)):
            with suppress(FileNotFoundError):  # another worker of this run clears it as well
                clear(place)
