"""A throwaway server that can be killed and started again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import psutil
import psycopg
from psycopg import sql
from shared_db.embedded import EmbeddedServer
from shared_db.embedded.processes import clear_remains, postmaster_of
from shared_db.embedded.server import Mode
from shared_db.embedded_address import data_folder

from move_servers.disks import Disk
from move_servers.places import SERVER, clear, new_place
from move_servers.versions import NEWEST, find_version, preloadable

_SMALL = {
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "min_wal_size": "64MB",
    "dynamic_shared_memory_type": "mmap",  # in the data folder: nothing stays after kill -9
}
_NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}
_DURABLE = {"fsync": "on", "synchronous_commit": "on"}
_READY, _END, _PAUSE = 60.0, 10.0, 0.02


class Server:
    """One Postgres in a folder of its own; made, not yet started.

    Args:
        version: the major version.
        durable: whether what was committed outlives the machine, too.
        settings: configuration parameters on top of the usual ones.
        disk: where the data lie, by default on a disk with room.

    Raises:
        NotInstalled: that version is not on this machine.
    """

    def __init__(
        self,
        *,
        version: int = NEWEST,
        durable: bool = False,
        settings: Mapping[str, str] | None = None,
        disk: Disk | None = None,
    ) -> None:
        binaries = find_version(version)
        self.version = version
        self._disk = disk
        self._place = new_place()
        self._folder = self._place / SERVER
        self._embedded = EmbeddedServer(
            self._folder,
            binaries=binaries,
            settings={
                "shared_preload_libraries": preloadable(binaries),
                **_SMALL,
                **(_DURABLE if durable else _NOT_DURABLE),
                **(settings or {}),
            },
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()

    def start(self) -> None:
        """Have it run, at the same port as before, also when it is recovering from a crash."""
        if self._disk is not None and not self._folder.exists():
            self._disk.hold(self._folder)
        deadline = time.monotonic() + _READY
        while True:
            self._embedded.start()
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE)
            else:
                return

    def stop(self, mode: Mode = "fast") -> None:
        """Stop it in order."""
        self._embedded.stop(mode)

    def kill(self) -> None:
        """``kill -9`` of all its processes at once, and wait until they are gone."""
        data = data_folder(self._folder)
        postmaster = postmaster_of(data)
        if postmaster is None:
            return
        postmaster.suspend()  # it must neither notice nor start anybody in between
        for child in postmaster.children(recursive=True):
            try:
                child.kill()
            except psutil.NoSuchProcess:
                continue
        postmaster.kill()
        postmaster.wait(_END)
        clear_remains(data)

    def remove(self) -> None:
        """Stop it and leave nothing behind."""
        clear(self._place)

    @property
    def is_running(self) -> bool:
        """Whether it accepts connections."""
        return self._embedded.status() is not None

    @property
    def port(self) -> int:
        """Where it listens on the loopback address; kept from start to start."""
        return int((self._folder / "port").read_text(encoding="utf-8"))

    @property
    def log(self) -> str:
        """What the server has logged."""
        return self._embedded.log.read_text(encoding="utf-8", errors="replace")

    def url(self, database: str = "postgres") -> str:
        """The superuser's URL of one of its databases."""
        return self._embedded.url(database)

    def create_database(self, name: str) -> str:
        """Create a database and return its URL."""
        self.query(sql.SQL("CREATE DATABASE {name}").format(name=sql.Identifier(name)))
        return self.url(name)

    def query(
        self, statement: str | sql.Composed, values: Any = None, *, database: str = "postgres"
    ) -> list[tuple[Any, ...]]:
        """Run a statement as the superuser; the rows, if it has any."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
