"""Removes a run's servers, processes and files when the run has ended, even by kill -9.

A process of its own: it waits until its standard input ends, which is when the run closes it or
dies.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import psutil
from shared_db.embedded import EmbeddedServer

MARK = "BENCH_MOVE_FOLDER"
"""Environment variable that all processes of a run inherit."""


def main() -> None:
    """Wait for the end of the run whose folder is the first argument, then remove it."""
    folder = Path(sys.argv[1])
    sys.stdin.read()
    _end_processes(folder)
    for server in sorted(folder.glob("*/postgres")):
        EmbeddedServer(server).remove()
    shutil.rmtree(folder)


def _end_processes(folder: Path) -> None:
    """End what the run has started, servers apart: those are stopped as servers."""
    found = []
    for process in psutil.process_iter():
        try:
            marked = process.environ().get(MARK) == str(folder)
            if marked and process.pid != os.getpid() and process.name() != "postgres":
                process.terminate()
                found.append(process)
        except (psutil.Error, OSError):
            continue
    _, lingering = psutil.wait_procs(found, timeout=5)
    for process in lingering:
        process.kill()


if __name__ == "__main__":
    main()
