"""The process as a test sees it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

_TIMEOUT = 60.0
_POLL = 0.02
_SAMPLES = Path(__file__).resolve().parents[1]


class ServiceProcess:
    """A process of the sample service orders, with the settings of the environment.

    Args:
        instance: its name.
    """

    def __init__(self, instance: str) -> None:
        self._instance = instance
        self._process: subprocess.Popen[str]
        self._reader: threading.Thread
        self.acknowledged: list[str] = []
        self.failed: list[str] = []

    def start(self) -> None:
        """Start it, and wait until it has written."""
        paths = [str(_SAMPLES), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "move_service", self._instance],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.await_progress()

    def kill(self) -> None:
        """``kill -9``; what it had printed counts."""
        self._process.kill()
        self._process.wait()
        self._reader.join(_TIMEOUT)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def await_progress(self, more: int = 5) -> None:
        """Wait until so many further writes were acknowledged."""
        wanted, deadline = len(self.acknowledged) + more, time.monotonic() + _TIMEOUT
        while len(self.acknowledged) < wanted:
            assert self._process.poll() is None, "the process has ended by itself"
            assert time.monotonic() < deadline, f"{self._instance} can write nowhere: {self.failed}"
            time.sleep(_POLL)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.endswith("\n"):
                return  # it was killed while it wrote this line
            told = self.failed if line.startswith("failed ") else self.acknowledged
            told.append(line.rstrip("\n"))
