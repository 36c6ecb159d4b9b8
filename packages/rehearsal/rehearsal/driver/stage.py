"""The stage: a throwaway project with its own server or two, and the services as processes."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from shared_db import PlacementSettings, ServerError, Service, discover, load_settings
from shared_db.embedded import EmbeddedServer

from rehearsal.leavings import left_folders

_PROJECT = "rehearsal"
_PREFIX = "rehearsal-"
_OURS = ("_PLACEMENT", "_DATABASE_URL", "_DATABASE_PASSWORD", "_PORT", "_HOST", "_URL")
_NAMES = frozenset({"PLACEMENT", "DATABASE_URL", "PROVISION_DATABASE_URL", "PROJECT", "DATA_DIR"})


class Target(StrEnum):
    """Where the services go."""

    DATABASES = "databases"
    SERVERS = "servers"


@dataclass(frozen=True)
class Stage:
    """A running project that nobody else uses.

    Args:
        folder: its project folder, removed at the end.
        services: those that are installed.
        here: the variables of the running services; all schemas are in one database.
        there: the variables with which the tool is called: each service in a database.
    """

    folder: Path
    services: Mapping[str, Service]
    here: Mapping[str, str]
    there: Mapping[str, str]

    def url(self, service: str) -> str:
        """The address of a service's API."""
        return f"http://127.0.0.1:{self.here[f'{self.services[service].prefix}PORT']}"

    def settings(self) -> PlacementSettings:
        """The placement as the tool is to bring it about."""
        with environment(self.there, self.folder):
            return load_settings(self.services)

    def run(self, *command: str, there: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a Python module of the project on the stage and wait for it.

        Args:
            command: module and arguments, as after ``python -m``.
            there: with the variables of the tool, not those of the services.
        """
        return subprocess.run(  # noqa: S603 - our own modules
            [sys.executable, "-m", *command],
            cwd=self.folder,
            env=dict(self.there if there else self.here),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def stage(target: Target, within: Path | None = None) -> Iterator[Stage]:
    """Build a stage, and remove it whatever happens.

    What one has left that was killed by SIGKILL is removed when the next is built there.

    Args:
        target: whether the services' own databases are on the same server.
        within: the folder that it is made in; by default the one for temporary files.

    Raises:
        ServerError: a server or a service did not start; the message holds what it told.
    """
    services = discover()
    within = within or Path(tempfile.gettempdir())
    for left in left_folders(within, _PREFIX):
        _remove(left, services)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=within))
    folder.chmod(0o755)
    (folder / ".env").touch()
    second = EmbeddedServer(folder / "second" / "postgres")
    try:
        here = _variables(services)
        there = here | {"PLACEMENT": "databases"}
        if target is Target.SERVERS:
            second.start()
            there |= _elsewhere(services, second.url())
        made = Stage(folder, services, here, there)
        _do(made, "service_kit.dev", "up", "--detach", "--no-reload")
        yield made
    finally:
        _remove(folder, services)


def _remove(folder: Path, services: Mapping[str, Service]) -> None:
    subprocess.run(
        [sys.executable, "-m", "service_kit.dev", "down"],
        cwd=folder,
        env=_variables(services),
        capture_output=True,
        check=False,
    )
    EmbeddedServer(folder / ".data" / "postgres").remove()
    EmbeddedServer(folder / "second" / "postgres").remove()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def environment(variables: Mapping[str, str], folder: Path) -> Iterator[None]:
    """Let this process read the stage's settings for a moment."""
    before, where = dict(os.environ), Path.cwd()
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(where)
        os.environ.clear()
        os.environ.update(before)


def _do(made: Stage, *command: str) -> None:
    finished = made.run(*command, there=False)
    if finished.returncode:
        raise ServerError(
            f"The rehearsal's services did not start: {finished.stdout}{finished.stderr}"
        )


def _variables(services: Mapping[str, Service]) -> dict[str, str]:
    """The environment without what belongs to the user's own project."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _NAMES and not name.endswith(_OURS)
    }
    kept |= {"PROJECT": _PROJECT, "PLACEMENT": "schemas", "LOG_LEVEL": "warning"}
    kept["AUTH_ADDRESS_REQUESTS"] = "1000000"  # all clients are at one address
    for service, port in zip(services.values(), _free_ports(len(services)), strict=True):
        kept[f"{service.prefix}PORT"] = str(port)
    return kept


def _elsewhere(services: Mapping[str, Service], url: str) -> dict[str, str]:
    server, _, _ = url.rpartition("/")
    reach = server.rpartition("@")[2]
    variables = {}
    for service in services.values():
        database = f"{service.name}_db"
        variables[f"{service.prefix}DATABASE_URL"] = f"postgresql://{reach}/{database}"
        variables[f"{service.prefix}PROVISION_DATABASE_URL"] = url
    return variables


_ports: list[int] = []


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, the same ones for the whole rehearsal."""
    if not _ports:
        sockets = [socket.socket() for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        _ports.extend(each.getsockname()[1] for each in sockets)
        for each in sockets:
            each.close()
    return _ports


def run_name() -> str:
    """A name for one run's keys and addresses."""
    return secrets.token_hex(4)
