"""Servers in folders of their own, removed with all that belongs to them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from shared_db.embedded import EmbeddedServer
from shared_db.testing.temporary import new_folder

NOT_DURABLE = {"fsync": "off"}
SCRIPT = Path(__file__).with_name("server_process.py")


@pytest.fixture
def state() -> Iterator[Path]:
    """A DATA_DIR that every account may traverse, unlike pytest's temporary folders."""
    folder = new_folder("state-")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def outside() -> Iterator[Path]:
    """The folder for what the server's account cannot reach inside the project."""
    folder = Path(tempfile.mkdtemp(prefix="outside-"))  # programs may not run from memory
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def new_server(state: Path) -> Iterator[Callable[..., EmbeddedServer]]:
    """Makes servers that are not started; by default in ``<state>/postgres``."""
    made: list[EmbeddedServer] = []

    def make(folder: Path | None = None, **options: Any) -> EmbeddedServer:
        settings = {**NOT_DURABLE, **options.pop("settings", {})}
        made.append(EmbeddedServer(folder or state / "postgres", settings=settings, **options))
        return made[-1]

    yield make
    for server in made:
        server.remove()


@pytest.fixture(scope="session")
def seed() -> Iterator[Path]:
    """A DATA_DIR with a server that has never been used, to copy instead of running initdb."""
    folder = new_folder("seed-")
    server = EmbeddedServer(folder / "postgres", settings=NOT_DURABLE)
    server.start()
    server.stop()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server(new_server: Callable[..., EmbeddedServer], state: Path, seed: Path) -> EmbeddedServer:
    """A server that exists but does not run."""
    subprocess.run(["cp", "-a", f"{seed}/.", state], check=True)
    return new_server()


@pytest.fixture
def in_process() -> Callable[..., subprocess.Popen[str]]:
    """Starts a server from another process, which prints what it got as JSON."""

    def start(**wanted: Any) -> subprocess.Popen[str]:
        arguments = [sys.executable, str(SCRIPT), json.dumps(wanted, default=str)]
        return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)

    return start


def outcome(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What the process printed; it ends although the server goes on."""
    printed, _ = process.communicate(timeout=30)
    answer: dict[str, Any] = json.loads(printed)
    return answer


@pytest.fixture
def outcome_of() -> Callable[[subprocess.Popen[str]], dict[str, Any]]:
    return outcome


@pytest.fixture
def ask() -> Callable[[str, str], Any]:
    """Runs a statement at a URL and gives the first column of the first row."""

    def run(url: str, statement: str) -> Any:
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    return run
