"""What is known of a running supervisor: a lock that it holds and a file that it writes."""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from shared_db import ConfigurationError


@dataclass
class State:
    """What a supervisor tells about itself.

    Args:
        pid: its process.
        ready: whether all services were ready.
        started_server: whether it started the embedded server, and will stop it.
    """

    pid: int
    ready: bool = False
    started_server: bool = False


class StateFolder:
    """The folder of process ids and logs, ``<DATA_DIR>/run``.

    A supervisor holds the lock as long as it lives: however it ended, the lock tells.

    Args:
        folder: the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = folder / "lock"
        self._file = folder / "supervisor.json"

    def log(self, name: str) -> Path:
        """The log of a service, or of the supervisor itself."""
        return self.folder / f"{name}.log"

    @contextmanager
    def held(self, *, patience: float = 0.0) -> Iterator[bool]:
        """Hold the lock; gives False when another supervisor has it.

        Args:
            patience: seconds to wait for those who only look whether it is held.

        Raises:
            ConfigurationError: the folder cannot be made.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"{self.folder} cannot be made ({error.strerror}): set DATA_DIR to a folder that "
                "can be written."
            ) from error
        with self._lock.open("a") as lock:
            yield _locked(lock, patience)

    def is_supervised(self) -> bool:
        """Whether a supervisor lives."""
        if not self._lock.exists():
            return False
        with self.held() as free:
            return not free

    def read(self) -> State | None:
        """What the supervisor wrote last, also after its end if that was not its own."""
        try:
            return State(**json.loads(self._file.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write(self, state: State) -> None:
        """Replace the file as a whole."""
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(asdict(state)), encoding="utf-8")
        new.replace(self._file)

    def clear(self) -> None:
        """Forget: everything was stopped."""
        self._file.unlink(missing_ok=True)


def _locked(lock: IO[str], patience: float) -> bool:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)
        else:
            return True
