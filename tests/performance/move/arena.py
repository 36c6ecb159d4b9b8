"""Two throwaway servers on disk, with durable settings, and fresh databases on them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from shared_db.address import parse_url
from shared_db.embedded import EmbeddedServer
from shared_db.move.subject import Side

from tests.performance.move.cleaner import MARK
from tests.performance.move.errors import CannotMeasure

PREFIX = "bench-move-"
SOURCE, TARGET = "source", "target"
_BYTES_PER_ROW = 1200
"""Of disk, with WAL, dumps and the copy; measured 700 at 2 + 4 million rows."""


@dataclass(frozen=True)
class Arena:
    """The servers, running.

    Args:
        folder: all files of the run are below it.
        source: the maintenance URL of the server that is copied from.
        target: that of the server that is copied to.
    """

    folder: Path
    source: str
    target: str

    def url(self, server: str, database: str) -> str:
        """The superuser's URL of a database of ``source`` or ``target``."""
        url = self.source if server == SOURCE else self.target
        return f"{url.rpartition('/')[0]}/{database}"

    def side(self, server: str, database: str) -> Side:
        """A database as a side of a move."""
        address, login = parse_url(
            self.url(server, database), variable="URL", default_database=database
        )
        if login is None:
            raise AssertionError("the URL of an embedded server names a user")
        return Side(address=address, tool=address, login=login, link=address)

    @contextmanager
    def database(self, server: str, name: str) -> Iterator[None]:
        """A new empty database, dropped at the end."""
        identifier = sql.Identifier(name)
        create = sql.SQL("CREATE DATABASE {name} TEMPLATE template0").format(name=identifier)
        drop = sql.SQL("DROP DATABASE {name} WITH (FORCE)").format(name=identifier)
        self.run(server, create)
        try:
            yield
        finally:
            self.run(server, drop)

    def run(self, server: str, statement: sql.SQL | sql.Composed) -> None:
        """Run a statement in the maintenance database."""
        with psycopg.connect(self.url(server, "postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def settle(self) -> None:
        """Write out what earlier work left dirty, so that nobody pays for another's pages."""
        for server in (SOURCE, TARGET):
            self.run(server, sql.SQL("CHECKPOINT"))
        os.sync()


@contextmanager
def arena(base: Path, rows: int) -> Iterator[Arena]:
    """Start both servers; they are gone afterwards, however this process ends.

    Args:
        base: a folder on a disk.
        rows: how many rows will be copied; the disk must have room.

    Raises:
        CannotMeasure: there is no such folder, or no room.
    """
    _refuse_small(base, rows * _BYTES_PER_ROW)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    folder.chmod(0o755)
    os.environ[MARK] = str(folder)
    cleaner = subprocess.Popen(
        [sys.executable, "-m", "tests.performance.move.cleaner", str(folder)],
        stdin=subprocess.PIPE,
        start_new_session=True,
        env={name: value for name, value in os.environ.items() if name != MARK},
    )
    try:
        servers = {name: EmbeddedServer(folder / name / "postgres") for name in (SOURCE, TARGET)}
        for server in servers.values():
            server.start()
        yield Arena(folder, servers[SOURCE].url(), servers[TARGET].url())
    finally:
        if cleaner.stdin is not None:
            cleaner.stdin.close()
        if cleaner.wait():
            raise CannotMeasure(f"{folder} could not be removed: see above, and remove it.")


def _refuse_small(base: Path, needed: int) -> None:
    if not base.is_dir():
        raise CannotMeasure(f"{base} is no folder: name one on a disk with --folder.")
    free = shutil.disk_usage(base).free
    if free < needed:
        raise CannotMeasure(
            f"{base} has {free / 1e9:.1f} GB left and {needed / 1e9:.1f} GB are needed: make room, "
            "name another folder with --folder, or fewer rows with --payments and --ledger."
        )
