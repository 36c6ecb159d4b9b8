"""Harm to replication slots."""

from __future__ import annotations

import time

import psycopg
from psycopg.rows import dict_row
from shared_db.move.slot import drop_slot

_TIMEOUT = 30.0


def drop_slots(url: str) -> None:
    """Drop all slots of a database, also those that are read."""
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as connection:
        found = connection.execute(
            "SELECT slot_name FROM pg_replication_slots WHERE database = current_database()"
        ).fetchall()
        assert found, "there is no slot to be dropped"
        for row in found:
            drop_slot(connection, row["slot_name"])


def invalidate_slots(source: str, target: str) -> None:
    """Stop the target's subscriptions while the source writes more than it keeps for a slot."""
    with psycopg.connect(target, autocommit=True) as following:
        names = [row[0] for row in following.execute(_SUBSCRIPTIONS).fetchall()]
        for name in names:
            following.execute(f'ALTER SUBSCRIPTION "{name}" DISABLE')
        _write_until_lost(source)
        for name in names:
            following.execute(f'ALTER SUBSCRIPTION "{name}" ENABLE')


def _write_until_lost(source: str) -> None:
    deadline = time.monotonic() + _TIMEOUT
    with psycopg.connect(source, autocommit=True) as connection:
        while not connection.execute(_LOST).fetchall():
            assert time.monotonic() < deadline, "no slot was invalidated"
            connection.execute("SELECT pg_logical_emit_message(false, '', repeat('x', 8000000))")
            connection.execute("SELECT pg_switch_wal()")
            connection.execute("CHECKPOINT")


_SUBSCRIPTIONS = (
    "SELECT subname FROM pg_subscription WHERE subdbid ="
    " (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_LOST = "SELECT FROM pg_replication_slots WHERE wal_status = 'lost'"
