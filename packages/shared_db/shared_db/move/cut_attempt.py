"""One attempt at a cut: its connections, and what it does with each while writes wait."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, suppress
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from shared_db.errors import DatabaseUnavailable, MoveFailed
from shared_db.homes import State
from shared_db.move.backends import end_backend
from shared_db.move.compare import Snapshot
from shared_db.move.cut_warming import warm_source, warm_target
from shared_db.move.hold import HoldGivenUp, begin_statement, give_up, lock_statement
from shared_db.move.homes import place_of, read_row
from shared_db.move.lock_order import LockOrder
from shared_db.move.markers import (
    DURABLE,
    await_marker,
    forget_marker,
    moved_marker,
    write_marker,
)
from shared_db.move.muting import mute, unmute
from shared_db.move.options import MoveOptions
from shared_db.move.points import reach
from shared_db.move.run import Leg, Run
from shared_db.move.sequences import Sequence, read_statement, sequences_of, set_statement
from shared_db.move.snapshots import export_snapshot
from shared_db.move.subject import Side, connect
from shared_db.move.tables import shape_of
from shared_db.tool_connection import ToolConnection

_FENCE = "SELECT shared_db.revoke_privileges(%s), shared_db.guard(%s, false)"

_COMMIT_POINT = """
WITH moved AS (
    UPDATE shared_db.homes SET state = 'moved', moved_to = %s
     WHERE service = %s AND state = 'active' AND run_id = %s AND epoch = %s
 RETURNING run_id
)
INSERT INTO shared_db.markers (run_id, name, noted_at)
SELECT run_id, %s, clock_timestamp() FROM moved
    ON CONFLICT (run_id, name) DO UPDATE SET noted_at = EXCLUDED.noted_at
"""

_ARRIVAL = 5.0
"""Seconds to wait for a marker before the hold; only inside it time matters."""


class Attempt:
    """The connections of one attempt, all open and used before writes begin to wait."""

    def __init__(self, run: Run, leg: Leg, stack: ExitStack) -> None:
        self._run = run
        self._leg = leg

        def open_at(side: Side, part: str) -> ToolConnection:
            return stack.enter_context(connect(side, run.run_id, part=part))

        self._cut = open_at(leg.source, "cut")
        self._noting = open_at(leg.source, "marker")
        self._target = open_at(leg.target, "target")
        self._kept_source = open_at(leg.source, "verify")
        self._kept_target = open_at(leg.target, "verify")
        self.snapshots: tuple[Snapshot, Snapshot]
        self.is_decided = True
        self._moved_to: dict[str, Any] = {}
        self._sequences: tuple[Sequence, ...] = ()
        self._deadline = 0.0
        self._shape = self._lock = ""

    def prepare(self, options: MoveOptions, order: LockOrder) -> None:
        """Read all that will not change, and let the server load what it will need."""
        schema = self._run.subject.schema
        self._moved_to = place_of(self._target, self._leg.target)
        self._sequences = sequences_of(self._cut, schema)
        self._shape = shape_of(self._target, schema)
        self._lock = lock_statement(self._cut, schema, "EXCLUSIVE", order)
        self._read_sequences(self._target)
        self._warm()
        self._cut.execute(begin_statement(self._cut, options))
        self._deadline = time.monotonic() + options.hold_budget

    def _warm(self) -> None:
        """Run the hold's own statements once without their effect; the first time is slower."""
        run_id, name = self._run.run_id, self._run.subject.name
        shape_of(self._cut, self._run.subject.schema)
        noted = write_marker(self._noting, run_id, "warm")
        await_marker(self._target, run_id, "warm", noted, timeout=_ARRIVAL)
        self._read_sequences(self._noting)
        for connection in (self._kept_source, self._kept_target):
            export_snapshot(connection)
            connection.execute("ROLLBACK")
        nothing = [Jsonb(self._moved_to), name, run_id, 0, moved_marker(0)]
        warm_source(self._cut, name, (_COMMIT_POINT, nothing))
        warm_target(self._target, name)

    @property
    def backend(self) -> int:
        """The process at the source that locks."""
        return self._cut.info.backend_pid

    def hold(self, marker: str, options: MoveOptions, beside: ThreadPoolExecutor) -> None:
        """Lock out writers, and bring the target to the same state."""
        name = self._run.subject.name
        self._cut.execute("SELECT pg_advisory_xact_lock(shared_db.lock_key(%s))", [name])
        self._cut.execute(self._lock)
        reach("after:lock")
        noted = write_marker(self._noting, self._run.run_id, marker)
        fencing = beside.submit(self._fence)
        try:
            arrived = await_marker(
                self._target, self._run.run_id, marker, noted, timeout=self._left()
            )
        finally:
            wait([fencing])  # what it had not begun would run outside of an undone transaction
        fencing.result()
        if not arrived:
            raise HoldGivenUp("the last rows did not arrive at the target within the budget")
        self._settle_target(options.margin)
        self.snapshots = (
            Snapshot(self._leg.source, export_snapshot(self._kept_source), self._run.run_id),
            Snapshot(self._leg.target, export_snapshot(self._kept_target), self._run.run_id),
        )

    def fence_and_commit(self, epoch: int) -> None:
        """Pass the commit point if there is time left."""
        subject = self._run.subject
        values = [
            *(Jsonb(self._moved_to), subject.name, self._run.run_id, epoch),
            moved_marker(epoch + 1),
        ]
        if self._cut.execute(_COMMIT_POINT, values).rowcount != 1:
            self._cut.execute("ROLLBACK")
            raise MoveFailed(
                f"{subject.name} is not active at {self._leg.source.address} for this run any "
                "more: run `shared-db move status`."
            )
        if self._left() <= 0:
            raise HoldGivenUp("the budget was used up before the commit")
        reach("before:commit")
        self.is_decided = False
        try:
            self._cut.execute("COMMIT")
        except (psycopg.OperationalError, psycopg.InternalError) as error:
            if not self._has_committed():
                self.is_decided = True
                raise HoldGivenUp(f"the commit failed: {error}") from error

    def _has_committed(self) -> bool:
        """After a commit whose outcome is not known: wait until its process is gone, then look."""
        pid = self._cut.info.backend_pid
        try:
            with connect(self._leg.source, self._run.run_id, part="marker") as asking:
                end_backend(asking, pid)
                row = read_row(asking, self._run.subject.name)
        except (DatabaseUnavailable, psycopg.OperationalError) as error:
            raise MoveFailed(
                f"{self._leg.source.tool} went away during the commit, so that it is not known "
                "whether the home has changed: bring that server back and run "
                "`shared-db move resume`."
            ) from error
        return row is not None and row.state is State.MOVED

    def promote(self, epoch: int) -> bool:
        """Open the target; what fails here is done by the first process that needs it."""
        try:
            self._target.execute(
                "SELECT shared_db.promote(%s, %s, %s)",
                [self._run.subject.name, epoch, self._run.run_id],
            )
        except psycopg.OperationalError:
            return False
        return True

    def undo(self, marker: str, reason: psycopg.Error | str, began: float) -> HoldGivenUp:
        """Leave everything as it was; the marker of this attempt proves nothing later."""
        given_up = give_up(
            self._cut, reason, began=began, schema=self._run.subject.schema, mode="EXCLUSIVE"
        )
        if not self._noting.closed and not self._noting.broken:
            forget_marker(self._noting, self._run.run_id, marker)
        with suppress(psycopg.OperationalError):  # where it went away, `resume` does it
            mute(self._target, self._run.opposite(self._leg))
        return given_up

    def _fence(self) -> None:
        name = self._run.subject.name
        shape = shape_of(self._cut, self._run.subject.schema)
        if shape != self._shape:
            self._cut.execute("ROLLBACK")
            raise MoveFailed(
                f"Tables or columns of {self._run.subject.schema} were changed at "
                f"{self._leg.source.tool} during the move: undo that change, or abort the move."
            )
        self._cut.execute(_FENCE, [name, name])

    def _settle_target(self, margin: int) -> None:
        """Sequences, the way back, and a commit that is on disk before the source's."""
        with self._target.transaction():
            self._target.execute("SET LOCAL synchronous_commit = 'on'")
            unmute(self._target, self._run.opposite(self._leg))
            if self._sequences:
                values = self._read_sequences(self._noting)
                there = self._read_sequences(self._target)
                self._target.execute(set_statement(self._sequences, values, there, margin=margin))
            write_marker(self._target, self._run.run_id, DURABLE)

    def _read_sequences(self, connection: ToolConnection) -> list[tuple[int, bool]]:
        if not self._sequences:
            return []
        rows = connection.execute(read_statement(self._sequences)).fetchall()
        rows.sort(key=lambda row: int(row["position"]))
        return [(int(row["last_value"]), bool(row["is_called"])) for row in rows]

    def _left(self) -> float:
        return self._deadline - time.monotonic()
