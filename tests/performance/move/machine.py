"""On what it was measured."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.performance.move.arena import SOURCE, TARGET, Arena
from tests.performance.move.contender import program, run
from tests.performance.move.pgcopydb import version as pgcopydb_version

_SETTINGS = (
    "fsync",
    "full_page_writes",
    "synchronous_commit",
    "wal_level",
    "data_checksums",
    "shared_buffers",
    "maintenance_work_mem",
    "max_wal_size",
    "max_parallel_maintenance_workers",
    "max_sync_workers_per_subscription",
)


def machine(arena: Arena) -> dict[str, Any]:
    """Processors, memory and the disk under the servers."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "file_system": _file_system(arena.folder),
        "system": f"{platform.system()} {platform.release()}",
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }


def versions(arena: Arena) -> dict[str, str]:
    """Servers and programs."""
    return {
        "source": _shown(arena, SOURCE, "server_version"),
        "target": _shown(arena, TARGET, "server_version"),
        "pg_dump": run([program("pg_dump"), "--version"]).strip(),
        "pgcopydb": pgcopydb_version() or "not installed",
        "psycopg": version("psycopg"),
        "python": platform.python_version(),
    }


def settings(arena: Arena) -> dict[str, str]:
    """What the servers have set; both the same."""
    return {name: _shown(arena, TARGET, name) for name in _SETTINGS}


def _shown(arena: Arena, server: str, name: str) -> str:
    with psycopg.connect(arena.url(server, "postgres")) as connection:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    return str(row[0]) if row else ""


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _file_system(folder: Path) -> str:
    mounts = [p for p in psutil.disk_partitions(all=True) if folder.is_relative_to(p.mountpoint)]
    return max(mounts, key=lambda p: len(p.mountpoint)).fstype if mounts else ""
