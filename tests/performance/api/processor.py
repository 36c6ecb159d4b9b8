"""Processor time of a server process and of PostgreSQL, and which core each of them has."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

SERVER_CORE, DATABASE_CORE = 0, 1


@dataclass(frozen=True)
class Times:
    """Seconds of user and system time."""

    server: float
    postgres: float

    def __sub__(self, other: Times) -> Times:
        return Times(self.server - other.server, self.postgres - other.postgres)


def pin(pid: int, core: int) -> None:
    """Give a process and its threads one core; all others inherit theirs from the benchmark."""
    for thread in psutil.Process(pid).threads():
        psutil.Process(thread.id).cpu_affinity([core])


def times(server: int, postmaster: int) -> Times:
    """What the processes have used by now, backends that have ended included."""
    parent = psutil.Process(postmaster)
    reaped = parent.cpu_times()
    ended = float(reaped.children_user + reaped.children_system)
    return Times(_of(psutil.Process(server)), ended + sum(_of(one) for one in parent.children()))


def _of(process: psutil.Process) -> float:
    try:
        found = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(found.user + found.system)
