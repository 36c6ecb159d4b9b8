"""Where the embedded server of this project listens, learnt from its files alone.

Service processes use this, so it imports nothing but the standard library.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from shared_db.errors import ConfigurationError
from shared_db.secrets_file import read

HOST = "127.0.0.1"
SUPERUSER = "postgres"
PASSWORD_VARIABLE = "EMBEDDED_PASSWORD"  # noqa: S105 - a name, no password
SECRETS_FILE = "secrets.env"
FOLDER = "postgres"

_DATA = "data"
_POINTER = "location"
_PID_FILE = "postmaster.pid"
_READY = "ready"
_CONNECT_TIMEOUT = 2.0


@dataclass(frozen=True)
class Running:
    """A server that accepts connections."""

    pid: int
    host: str
    port: int


@dataclass(frozen=True)
class PidFile:
    """What Postgres writes about itself into its data folder (Postgres manual, 66.1)."""

    pid: int
    port: int | None
    ready: bool


def pointer_file(folder: Path) -> Path:
    """The file that names the place outside ``folder`` where the data had to go, if they had."""
    return folder / _POINTER


def data_folder(folder: Path) -> Path:
    """The data folder of the server that belongs to ``folder``; it need not exist yet."""
    pointer = pointer_file(folder)
    if pointer.is_file():
        return Path(pointer.read_text(encoding="utf-8").strip()) / _DATA
    return folder.absolute() / _DATA


def read_pid_file(data: Path) -> PidFile | None:
    """Read ``postmaster.pid``; None when there is none, or it is not filled in yet.

    Raises:
        ConfigurationError: the data belong to an account whose files this one may not read.
    """
    try:
        lines = (data / _PID_FILE).read_text(encoding="utf-8").splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, NotADirectoryError, ValueError, IndexError):
        return None
    except PermissionError as error:
        raise ConfigurationError(
            f"The embedded server's data in {data} belong to another account: run as the account "
            "that started it, or set DATA_DIR to a folder of your own."
        ) from error
    port = int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else None
    return PidFile(pid, port, ready=len(lines) > 7 and lines[7].strip() == _READY)


def running(folder: Path) -> Running | None:
    """The server of ``folder`` if it accepts connections.

    A server that was killed leaves its file behind, and its process id may be another's by now:
    only one that answers at its port counts.
    """
    known = read_pid_file(data_folder(folder))
    if known is None or known.port is None or not known.ready:
        return None
    if not _is_alive(known.pid) or not _answers(known.port):
        return None
    return Running(known.pid, HOST, known.port)


def url(password: str, port: int, database: str) -> str:
    """The superuser's URL of a database of the embedded server."""
    return f"postgresql://{SUPERUSER}:{quote(password, safe='')}@{HOST}:{port}/{quote(database)}"


def running_url(data_dir: Path, database: str = "postgres") -> str | None:
    """The superuser's URL of a database of the running embedded server.

    Args:
        data_dir: the folder of the project's state, ``DATA_DIR``.
        database: the database's name; it need not exist.

    Returns:
        None when the server does not run.

    Raises:
        ConfigurationError: the server runs for another account, or its password is lost.
    """
    server = running(data_dir / FOLDER)
    if server is None:
        return None
    secrets = data_dir / SECRETS_FILE
    password = read(secrets).get(PASSWORD_VARIABLE)
    if not password:
        raise ConfigurationError(
            f"The embedded server runs, but {secrets} lacks {PASSWORD_VARIABLE}: run "
            "`shared-db down` and `shared-db up`, which sets a new one."
        )
    return url(password, server.port, database)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _answers(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=_CONNECT_TIMEOUT).close()
    except OSError:
        return False
    return True
