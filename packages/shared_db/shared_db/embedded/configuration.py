"""The server's settings, written anew at each start so that an upgrade changes them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from shared_db.embedded.account import Account
from shared_db.embedded_address import HOST

MANAGED_FILE = "shared_db.conf"

INCLUDE = (
    f"\n# Rewritten at each start; put settings of your own below.\ninclude '{MANAGED_FILE}'\n"
)

SETTINGS: Mapping[str, str] = {
    "password_encryption": "scram-sha-256",
    "max_connections": "300",
    "shared_preload_libraries": "pg_stat_statements",
    "wal_level": "logical",
    "max_prepared_transactions": "64",
    "max_replication_slots": "32",
    "max_wal_senders": "32",
    "max_logical_replication_workers": "32",
    "max_worker_processes": "48",
    "max_slot_wal_keep_size": "8GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%a %d ",
}
"""Moves need logical replication with room for many slots; transactions over several services
need prepared ones. A slot that nobody reads must not fill the disk."""


def fixed_arguments(port: int) -> list[str]:
    """Settings on the command line, which nothing in a file can override: loopback only."""
    fixed = {"listen_addresses": HOST, "port": str(port), "unix_socket_directories": ""}
    return [part for name, value in fixed.items() for part in ("-c", f"{name}={value}")]


def write_settings(data: Path, account: Account, extra: Mapping[str, str]) -> None:
    """Replace the managed file in the data folder.

    Raises:
        OSError: the folder cannot be written.
    """
    lines = [f"{name} = '{_quoted(value)}'\n" for name, value in {**SETTINGS, **extra}.items()]
    new = data / f"{MANAGED_FILE}.new"
    new.unlink(missing_ok=True)
    opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.writelines(lines)
        if account.is_other:
            os.fchown(file.fileno(), account.uid, account.gid)
    new.replace(data / MANAGED_FILE)


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
