"""One run of pytest: its names on the server, its folder, its end."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from shared_db.testing.temporary import new_folder, temporary_base

if TYPE_CHECKING:
    from shared_db.testing.container import PostgresContainer
    from shared_db.testing.server import TestServer

_PREFIX = "shared-db-tests-"


@dataclass
class TestRun:
    """What all processes of a run share.

    Args:
        slug: the run's ``PROJECT``; all its databases and roles begin with it.
        folder: for the embedded server and the locks.
        is_ours: whether this process ends the run; xdist workers do not.
        container_url: the URL of the container's server, when there is one.
    """

    __test__ = False

    slug: str
    folder: Path
    is_ours: bool
    container_url: str = ""
    failures: dict[str, Exception] = field(default_factory=dict)
    _container: PostgresContainer | None = None

    @classmethod
    def new(cls) -> TestRun:
        """A run of this process's own."""
        _sweep()
        folder = new_folder(f"{_PREFIX}{os.getpid()}-")
        return cls(f"t{secrets.token_hex(4)}", folder, is_ours=True)

    @classmethod
    def of_worker(cls, given: dict[str, str]) -> TestRun:
        """The run that the xdist controller has described by ``as_input``."""
        folder, url = Path(given["folder"]), given["container_url"]
        return cls(given["slug"], folder, is_ours=False, container_url=url)

    def as_input(self) -> dict[str, str]:
        """What a worker needs to know."""
        return {
            "slug": self.slug,
            "folder": str(self.folder),
            "container_url": self.container_url,
        }

    def server(self) -> TestServer:
        """The server of the run, started if need be."""
        from shared_db.testing.server import test_server  # noqa: PLC0415

        self.start_container()
        (self.folder / "used").touch()
        return test_server(self.folder, self.container_url)

    def start_container(self) -> None:
        """Start the container if one is asked for and none runs; it ends with this process."""
        from shared_db.testing.server import wants_container  # noqa: PLC0415

        if not wants_container() or self.container_url:
            return
        from shared_db.testing.container import PostgresContainer  # noqa: PLC0415

        self._container = PostgresContainer()
        self.container_url = self._container.start()

    def remove(self) -> None:
        """Leave nothing behind: no server, no database, no role, no file."""
        from shared_db.testing.server import remove_server  # noqa: PLC0415

        try:
            if self._container is not None:
                self._container.stop()
            elif (self.folder / "used").exists():
                remove_server(self.folder, self.slug)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


def _sweep() -> None:
    """Remove the embedded servers of runs that were killed."""
    for folder in temporary_base().glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if not pid.isdigit() or folder.stat().st_uid != os.geteuid() or _is_alive(int(pid)):
            continue
        from shared_db.testing.server import remove_embedded  # noqa: PLC0415

        remove_embedded(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
