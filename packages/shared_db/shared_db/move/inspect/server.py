"""What a server offers to replication, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import psycopg

from shared_db.tool_connection import ToolConnection

SideName = Literal["source", "target"]

_SETTINGS = (
    "fsync",
    "idle_replication_slot_timeout",
    "max_active_replication_origins",
    "max_connections",
    "max_logical_replication_workers",
    "max_replication_slots",
    "max_slot_wal_keep_size",
    "max_wal_senders",
    "max_worker_processes",
    "superuser_reserved_connections",
    "reserved_connections",
    "wal_level",
)

_USED = """
    SELECT (SELECT count(*) FROM pg_replication_slots) AS slots,
           (SELECT count(*) FROM pg_stat_replication) AS senders,
           (SELECT count(*) FROM pg_replication_origin) AS origins,
           (SELECT count(*) FROM pg_stat_subscription WHERE pid IS NOT NULL) AS workers,
           (SELECT count(*)
              FROM pg_stat_activity
             WHERE backend_type NOT IN (
                       'archiver', 'autovacuum launcher', 'autovacuum worker', 'background writer',
                       'checkpointer', 'client backend', 'dead-end client backend', 'io worker',
                       'logger', 'not initialized', 'slotsync worker', 'standalone backend',
                       'startup', 'walreceiver', 'walsender', 'walsummarizer', 'walwriter'
                   )) AS processes,
           (SELECT count(*) FROM pg_stat_activity WHERE usename IS NOT NULL) AS connections,
           array(
               SELECT quote_literal(slot_name) FROM pg_replication_slots
                WHERE NOT active ORDER BY slot_name
           ) AS idle_slots,
           pg_is_in_recovery() AS in_recovery,
           pg_postmaster_start_time()::text AS started
"""
"""Background workers are what is left when all processes of Postgres itself are taken away."""


@dataclass(frozen=True)
class Server:
    """One of the two servers of a move.

    Args:
        side: which one.
        version: its major version.
        identity: the same for two connections to the same server, and only then.
        settings: configuration parameters in their base units.
        used: how many slots, senders, origins, workers, processes and connections are in use.
        idle_slots: names of the slots that nobody reads, as literals.
        in_recovery: whether it is a standby.
    """

    side: SideName
    version: int
    identity: tuple[str, str]
    settings: Mapping[str, str]
    used: Mapping[str, int]
    idle_slots: tuple[str, ...]
    in_recovery: bool

    def number(self, setting: str) -> int | None:
        """A setting that is a number; None where this version does not have it."""
        value = self.settings.get(setting)
        return None if value is None else int(value)


def read_server(connection: ToolConnection, side: SideName) -> Server:
    """Read all of it.

    Args:
        connection: any database of the server.
        side: what to call it.
    """
    settings = connection.execute(
        "SELECT name, setting FROM pg_settings WHERE name = ANY (%s)", [list(_SETTINGS)]
    ).fetchall()
    row: dict[str, Any] = connection.execute(_USED).fetchone() or {}
    return Server(
        side=side,
        version=connection.info.server_version // 10000,
        identity=(_system_identifier(connection), row["started"]),
        settings={setting["name"]: setting["setting"] for setting in settings},
        used={
            name: row[name]
            for name in ("slots", "senders", "origins", "workers", "processes", "connections")
        },
        idle_slots=tuple(row["idle_slots"]),
        in_recovery=row["in_recovery"],
    )


def _system_identifier(connection: ToolConnection) -> str:
    """Empty where the role may not read it; the start time tells servers apart then."""
    try:
        row = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
    except psycopg.errors.InsufficientPrivilege:
        return ""
    return str(row["system_identifier"]) if row else ""
