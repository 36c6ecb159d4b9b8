"""The command as a process of its own; forked from one that has read its code already."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

_TIMEOUT = 180
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["shared_db.cli.app", "shared_db.move", "psycopg"])
"""Reading the code takes longer than most commands; a test runs many."""


class Command:
    """A command that runs, and how it ended.

    Args:
        arguments: those of ``shared-db``.
        environment: all variables that it sees.
    """

    def __init__(self, arguments: list[str], environment: dict[str, str]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="shared-db-command-"))
        self._told = [self._folder / name for name in ("output", "error")]
        self._process = _PROCESSES.Process(
            target=_carry_out, args=(arguments, environment, *map(str, self._told)), daemon=True
        )
        self._process.start()
        self.output = self.error = ""

    def wait(self) -> int:
        """Its exit code; -9 when it was killed. What fails does so in a sentence."""
        self._process.join(_TIMEOUT)
        code = self._process.exitcode
        assert code is not None, "the command does not end"
        texts = [file.read_text(encoding="utf-8") if file.exists() else "" for file in self._told]
        self.output, self.error = texts
        shutil.rmtree(self._folder, ignore_errors=True)
        assert "Traceback" not in self.error, self.error
        return code

    def kill(self) -> None:
        """``kill -9``."""
        self._process.kill()
        self.wait()

    def freeze(self) -> None:
        """Stop it where it is; its connections stay."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)


def _carry_out(arguments: list[str], environment: dict[str, str], output: str, error: str) -> None:
    """Be the command: its arguments, its environment, its three streams."""
    for number, name in enumerate((os.devnull, output, error)):
        handle = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for good
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["shared-db", *arguments]
    from shared_db.cli import main

    main()
