"""What an ended run has left at a target that could not be reached when it ended."""

from __future__ import annotations

from dataclasses import replace

from shared_db.homes import State
from shared_db.move.backends import end_sessions
from shared_db.move.drop import drop_schema
from shared_db.move.homes import forget_standby, identity_of, read_row
from shared_db.move.replication import drop_leg
from shared_db.move.run import Run
from shared_db.tool_connection import ToolConnection


def clear_lost_run(origin: ToolConnection, target: ToolConnection, run: Run) -> None:
    """Remove the standby of an earlier run from the same origin, with its replication.

    The origin is active for ``run`` when this is called, so the earlier run cannot pass its commit
    point any more: it was ended with ``abort --target-lost``.

    Args:
        origin: the home, claimed by ``run``.
        target: where ``run`` goes.
        run: the move that begins.
    """
    row = read_row(target, run.subject.name)
    if row is None or row.state is not State.STANDBY or row.run_id in {None, run.run_id}:
        return
    if row.peer is None or row.peer.identity != identity_of(origin) or row.run_id is None:
        return
    lost = replace(run, run_id=row.run_id)
    drop_leg(lost.forward, origin, target)
    drop_leg(lost.reverse, target, origin)
    target.execute("DELETE FROM shared_db.markers WHERE run_id = %s", [lost.run_id])
    end_sessions(target, run.subject)
    drop_schema(target, run.subject.schema)
    forget_standby(target, run.subject, lost.run_id)
