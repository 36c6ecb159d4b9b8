"""The commands of the runner."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from shared_db import SharedDbError, discover
from shared_db.settings import project_folder, read_project

from service_kit.dev import preparation
from service_kit.dev.follow import show_logs
from service_kit.dev.screen import Screen, console, show_table
from service_kit.dev.state import State, StateFolder
from service_kit.dev.supervisor import Supervisor

_DOWN_PATIENCE = 45.0
_POLL = 0.05


def up(arguments: argparse.Namespace) -> int:
    """Start everything, or tell where it is when it runs already."""
    folder = _folder()
    if folder.is_supervised():
        return _tell_running(folder)
    if arguments.detach:
        return _detach(folder, reload=not arguments.no_reload)
    return _supervise(
        folder, on_ready=lambda: show_table(discover()), reload=not arguments.no_reload
    )


def supervise(arguments: argparse.Namespace) -> int:
    """The background process of ``up --detach``."""
    return _supervise(_folder(), on_ready=lambda: None, reload=not arguments.no_reload)


def down(_arguments: argparse.Namespace) -> int:
    """Stop everything; nothing to stop is no error."""
    folder = _folder()
    state = folder.read()
    supervised = folder.is_supervised() and state is not None
    if supervised and state is not None:
        _end(folder, state.pid)
    left = folder.read()
    if left is not None and left.started_server:
        preparation.stop_server(_data_dir())
    folder.clear()
    console.print("Everything is stopped." if supervised or left else "Nothing runs.")
    return 0


def status(_arguments: argparse.Namespace) -> int:
    """Show what runs; exit code 3 when nothing does, as service managers have it."""
    if not _folder().is_supervised():
        console.print("Nothing runs: start it with `make up`.")
        return 3
    show_table(discover())
    return 0


def logs(arguments: argparse.Namespace) -> int:
    """Show the logs of one service or of all."""
    names = [arguments.service] if arguments.service else list(discover())
    folder = _folder()
    return show_logs({name: folder.log(name) for name in names}, follow=arguments.follow)


def _supervise(folder: StateFolder, *, on_ready: Callable[[], None], reload: bool) -> int:
    services = discover()
    if not services:
        raise SharedDbError("No service is installed: run `make install`.")
    for number in (signal.SIGTERM, signal.SIGHUP):  # until the supervisor handles them itself
        signal.signal(number, _end_now)
    with folder.held(patience=1.0) as free:
        if not free:
            raise SharedDbError("another supervisor has just started: run the command again.")
        former = folder.read()
        state = State(os.getpid(), started_server=bool(former and former.started_server))
        folder.write(state)
        try:
            preparation.refuse_taken_ports(services)
            secrets = preparation.prepare_secrets(services, _data_dir())
            if not read_project(project_folder()).database_url:
                state.started_server |= not preparation.server_runs(_data_dir())
                folder.write(state)  # before it starts: whatever happens now, `down` knows
                preparation.start_server(_data_dir())
            preparation.apply_placement()
            environment = {"LOG_FORMAT": "console", **os.environ, **secrets}
            supervisor = Supervisor(
                services, environment, folder, Screen(services).line, reload=reload
            )

            def ready() -> None:
                state.ready = True
                folder.write(state)
                on_ready()

            asyncio.run(supervisor.run(ready))
        finally:
            if state.started_server:
                preparation.stop_server(_data_dir())
            folder.clear()
    return 0


def _end_now(_number: int, _frame: object) -> None:
    sys.exit(143)


def _detach(folder: StateFolder, *, reload: bool) -> int:
    with folder.held():
        pass  # makes the folder, or says why it cannot
    log = folder.log("supervisor")
    with log.open("wb") as output:
        child = subprocess.Popen(  # noqa: S603 - this very program
            [
                sys.executable,
                "-m",
                "service_kit.dev",
                "supervise",
                *([] if reload else ["--no-reload"]),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while child.poll() is None:
            state = folder.read()
            if state is not None and state.pid == child.pid and state.ready:
                show_table(discover())
                console.print("Stop with `make down`.")
                return 0
            time.sleep(_POLL)
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise
    sys.stderr.write(log.read_text(encoding="utf-8", errors="replace"))
    return child.returncode or 1


def _tell_running(folder: StateFolder) -> int:
    """Wait until the services of the other supervisor are ready, then show them."""
    while folder.is_supervised():
        state = folder.read()
        if state is not None and state.ready:
            if state.started_server:
                preparation.start_server(_data_dir())  # it may have been killed meanwhile
            console.print("Everything runs already.")
            show_table(discover())
            return 0
        time.sleep(_POLL)
    raise SharedDbError("the supervisor that was starting has ended: run the command again.")


def _end(folder: StateFolder, pid: int) -> None:
    deadline = time.monotonic() + _DOWN_PATIENCE
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    while folder.is_supervised() or _lives(pid):
        if time.monotonic() > deadline:
            raise SharedDbError(f"The supervisor, process {pid}, does not end: kill it.")
        time.sleep(_POLL)


def _lives(pid: int) -> bool:
    """Whether the process runs; one that waits to be reaped does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _data_dir() -> Path:
    return read_project(project_folder()).data_dir


def _folder() -> StateFolder:
    return StateFolder(_data_dir() / "run")
