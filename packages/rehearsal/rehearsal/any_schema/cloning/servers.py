"""Throwaway servers: one for the clone, and where asked for another that it is moved to."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared_db.embedded import EmbeddedServer

from rehearsal.any_schema.interruption import not_interrupted
from rehearsal.leavings import left_folders

_PREFIX = "shared-db-rehearsal-"
_NAMES = ("source", "target")


@dataclass(frozen=True)
class Servers:
    """Where the clone is and where it goes, running.

    Args:
        source: URL of the maintenance database of the clone's server, as a superuser.
        target: the same for the server that the schema goes to; it may be the same one.
        folder: where everything of them is.
    """

    source: str
    target: str
    folder: Path


@contextmanager
def throwaway_servers(*, two: bool) -> Iterator[Servers]:
    """Start them, and remove them with all their data whatever happens.

    What a rehearsal has left that was killed by SIGKILL is removed by the next one.

    Args:
        two: whether the schema goes to a server of its own.

    Raises:
        ServerError: one of them does not start.
    """
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    folder.chmod(0o755)
    servers = _servers(folder)[: 2 if two else 1]
    try:
        for server in servers:
            server.start()
        yield Servers(servers[0].url(), servers[-1].url(), folder)
    finally:
        _remove(folder)


def _servers(folder: Path) -> list[EmbeddedServer]:
    return [EmbeddedServer(folder / name / "postgres") for name in _NAMES]


def _remove(folder: Path) -> None:
    with not_interrupted(), ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        for server in _servers(folder):
            stack.callback(server.remove)


def _sweep() -> None:
    for folder in left_folders(Path(tempfile.gettempdir()), _PREFIX):
        _remove(folder)
