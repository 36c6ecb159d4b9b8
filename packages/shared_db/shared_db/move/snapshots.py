"""Two snapshots of the same logical state, one on each side, taken while writes go on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg

from shared_db.errors import MoveFailed
from shared_db.move.compare import Snapshot
from shared_db.move.hold import (
    HoldGivenUp,
    begin_statement,
    give_up,
    hold_until_done,
    lock_statement,
    tell_hold,
)
from shared_db.move.lock_order import LockOrder
from shared_db.move.markers import write_marker
from shared_db.move.options import MoveOptions
from shared_db.move.points import reach
from shared_db.move.run import Leg, Run
from shared_db.move.subject import connect
from shared_db.move.telling import Teller
from shared_db.tool_connection import ToolConnection

_ARRIVAL = 20.0
"""Seconds for the marker to arrive; well below the server's wal_sender_timeout of 60."""

_POLL = 0.002
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_export_snapshot() AS name"

_WAITS = """
SELECT EXISTS (
    SELECT FROM pg_locks AS l
      JOIN pg_stat_subscription AS s ON s.pid = l.pid
     WHERE l.locktype = 'advisory' AND NOT l.granted AND l.objsubid = 1
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND ((l.classid::bigint << 32) | l.objid::bigint) = shared_db.gate_key(%s)
) AS waits
"""


def export_snapshot(connection: ToolConnection) -> str:
    """Open a transaction that sees the present state for ever, and name its snapshot."""
    cursor = connection.cursor()
    cursor.execute(_SNAPSHOT)
    cursor.nextset()
    row = cursor.fetchone()
    if row is None:
        raise AssertionError("pg_export_snapshot gave no row")
    return str(row["name"])


@contextmanager
def same_state(
    run: Run, leg: Leg, options: MoveOptions, teller: Teller
) -> Iterator[tuple[Snapshot, Snapshot]]:
    """Give a snapshot of each side of ``leg``, both of one logical state; open for the block.

    Writers wait only while the snapshot of the source is taken. At the target, applying stops at
    the marker that follows it, and the snapshot there counts only if it still stood at that
    marker afterwards.

    Raises:
        MoveFailed: it could not be done within the budget, or the marker did not arrive.
    """
    order = LockOrder()
    try:
        stack, snapshots = hold_until_done(
            lambda: _attempt(run, leg, options, teller, order), "verify", options, teller
        )
    except HoldGivenUp as error:
        raise MoveFailed(
            f"No moment was found to compare {run.subject.schema} in ({error}). {error.advice}"
        ) from error
    with stack:
        yield snapshots


def _attempt(
    run: Run, leg: Leg, options: MoveOptions, teller: Teller, order: LockOrder
) -> tuple[ExitStack, tuple[Snapshot, Snapshot]]:
    with ExitStack() as stack:
        gate = stack.enter_context(connect(leg.target, run.run_id, part="gate"))
        kept_source = stack.enter_context(connect(leg.source, run.run_id, part="verify"))
        kept_target = stack.enter_context(connect(leg.target, run.run_id, part="verify"))
        with gate:
            gate.execute("SELECT pg_advisory_lock(shared_db.gate_key(%s))", [run.run_id])
            source = _hold(run, leg, options, teller, order, kept_source)
            target = _snapshot_at_gate(run, gate, kept_target)
        kept = stack.pop_all()
    names = (
        Snapshot(leg.source, source, run.run_id),
        Snapshot(leg.target, target, run.run_id),
    )
    return kept, names


def _hold(
    run: Run,
    leg: Leg,
    options: MoveOptions,
    teller: Teller,
    order: LockOrder,
    kept: ToolConnection,
) -> str:
    """Let writers wait, take the snapshot of the source, send the marker, let them go on."""
    with (
        connect(leg.source, run.run_id, part="hold") as lock,
        connect(leg.source, run.run_id, part="marker") as marker,
    ):
        statement = lock_statement(lock, run.subject.schema, "SHARE", order)
        marker.execute("SELECT")
        lock.execute(begin_statement(lock, options))
        began, backend = time.time(), lock.info.backend_pid
        try:
            lock.execute(statement)
            name = export_snapshot(kept)
            write_marker(marker, run.run_id, "verify")
            reach("after:verify-lock")
            lock.execute("COMMIT")
        except (psycopg.OperationalError, psycopg.InternalError) as error:
            order.learn(error, backend)
            raise give_up(
                lock, error, began=began, schema=run.subject.schema, mode="SHARE"
            ) from error
    tell_hold(teller, "verify", began, time.time())
    return name


def _snapshot_at_gate(run: Run, gate: ToolConnection, kept: ToolConnection) -> str:
    deadline = time.monotonic() + _ARRIVAL
    while not _waits(gate, run):
        if time.monotonic() > deadline:
            raise HoldGivenUp(f"the marker did not arrive within {_ARRIVAL:.0f} s")
        time.sleep(_POLL)
    reach("after:verify-gate")
    name = export_snapshot(kept)
    if not _waits(gate, run):
        raise HoldGivenUp("applying went on while the snapshot was taken")
    return name


def _waits(gate: ToolConnection, run: Run) -> bool:
    row = gate.execute(_WAITS, [run.run_id]).fetchone()
    return bool(row and row["waits"])
