"""The processes of one data folder: the postmaster, and what outlived a killed one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil

from shared_db.embedded_address import read_pid_file
from shared_db.errors import ServerError

_GRACE = 1.0
_END = 5.0
_PAUSE = 0.005
_NAME = "postgres"


def postmaster_of(data: Path) -> psutil.Process | None:
    """The live postmaster of the data folder; not one whose id another process has by now."""
    known = read_pid_file(data)
    if known is None:
        return None
    try:
        process = psutil.Process(known.pid)
    except psutil.NoSuchProcess:
        return None
    return process if _works_in(process, data) else None


def clear_remains(data: Path) -> None:
    """After a crash: wait for the backends that outlived their postmaster, or end them.

    Call it only while no postmaster runs and none can be started.

    Raises:
        ServerError: a process of the data folder cannot be ended.
    """
    known = read_pid_file(data)
    if known is None:
        return
    orphans = _processes_of(data)
    for number in (None, signal.SIGQUIT, signal.SIGKILL):
        if number is not None:
            _signal(orphans, number)
        orphans = _wait(orphans, timeout=_GRACE if number is None else _END)
    if orphans:
        raise ServerError(
            f"Processes of a crashed server still use {data}: "
            f"end {', '.join(str(p.pid) for p in orphans)} and start again."
        )
    if psutil.pid_exists(known.pid):
        (data / "postmaster.pid").unlink(missing_ok=True)


def stop_postmaster(process: psutil.Process, number: signal.Signals, *, timeout: float) -> None:
    """Send the signal and wait for the end.

    Raises:
        ServerError: it belongs to another account, or has not ended in time.
    """
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
    except psutil.AccessDenied as error:
        raise ServerError(
            f"The embedded server (process {process.pid}) belongs to another account: stop it as "
            "the account that started it."
        ) from error
    if _wait([process], timeout=timeout):
        raise ServerError(
            f"The embedded server (process {process.pid}) has not ended within {timeout:.0f} "
            "seconds: wait for its last writes, or stop it with mode 'immediate'."
        )


def _wait(processes: list[psutil.Process], *, timeout: float) -> list[psutil.Process]:
    """Wait until they have ended and return those that have not.

    An ended process that its parent has not collected counts as gone: in a container the parent
    may be a program that never collects any.
    """
    deadline = time.monotonic() + timeout
    while processes := [process for process in processes if not _has_ended(process)]:
        if time.monotonic() > deadline:
            break
        time.sleep(_PAUSE)
    return processes


def _has_ended(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _processes_of(data: Path) -> list[psutil.Process]:
    named = (p for p in psutil.process_iter(["name"]) if p.info["name"] == _NAME)
    return [process for process in named if _works_in(process, data)]


def _works_in(process: psutil.Process, data: Path) -> bool:
    """Every process of a server has the data folder as its working folder."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE or process.name() != _NAME:
            return False
        return Path(_working_folder(process)) == data.resolve()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _working_folder(process: psutil.Process) -> str:
    """Its working folder; root without CAP_SYS_PTRACE (a container) asks as its owner."""
    try:
        return process.cwd()
    except psutil.AccessDenied:
        program = shutil.which("readlink")
        if os.geteuid() != 0 or program is None:
            raise
    owner = process.uids().real, process.gids().real
    answer = subprocess.run(  # noqa: S603
        [program, f"/proc/{process.pid}/cwd"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        user=owner[0],
        group=owner[1],
        extra_groups=[],
    )
    return answer.stdout.rstrip("\n")


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue
        except psutil.AccessDenied as error:
            raise ServerError(
                f"A process of a crashed server, {process.pid}, belongs to another account: end "
                "it as its owner and start again."
            ) from error
