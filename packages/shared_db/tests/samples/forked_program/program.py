"""A program as a process of its own; forked from one that has read its code already."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_TIMEOUT = 180.0
_PROCESSES = multiprocessing.get_context("forkserver")
_read_ahead: list[str] = []


def read_ahead(*modules: str) -> None:
    """Name modules whose code takes long to read, before the first program starts.

    What is not installed is left out; a program that needs another module reads it by itself.
    """
    _read_ahead.extend(name for name in modules if name not in _read_ahead)
    _PROCESSES.set_forkserver_preload(_read_ahead)


class ForkedProgram:
    """A program that runs, and how it ended.

    Args:
        module: its ``main`` is called, as ``python -m`` would.
        arguments: those after the program's name.
        environment: all variables that it sees.
        folder: where it runs, by default here.
        joined: whether standard error goes where standard output goes.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *,
        folder: Path | None = None,
        joined: bool = False,
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="forked-program-"))
        self._output = self._folder / "output"
        self._error = self._output if joined else self._folder / "error"
        self._process = _PROCESSES.Process(
            target=_be,
            args=(module, [*arguments], {**environment}, str(folder or Path.cwd())),
            kwargs={"streams": (os.devnull, str(self._output), str(self._error))},
            daemon=True,
        )
        self._process.start()
        self.output = self.error = ""

    def wait(self, timeout: float = _TIMEOUT) -> int:
        """Its exit code; -9 when it was killed."""
        self._process.join(timeout)
        code = self._process.exitcode
        assert code is not None, "the program does not end"
        self.output, self.error = (_text(file) for file in (self._output, self._error))
        shutil.rmtree(self._folder, ignore_errors=True)
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

    def interrupt(self) -> None:
        """Ctrl-C."""
        self._signal(signal.SIGINT)

    @property
    def pid(self) -> int:
        """Its process, as the operating system numbers it."""
        assert self._process.pid is not None
        return self._process.pid

    def _signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _be(
    module: str,
    arguments: list[str],
    environment: dict[str, str],
    folder: str,
    *,
    streams: tuple[str, str, str],
) -> None:
    """Be the program: its folder, its arguments, its environment, its three streams."""
    for number, name in enumerate(streams):
        handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for good
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = [module, *arguments]
    importlib.import_module(module).main()
