"""The end of a run: finish it at the target, or abort it at the origin; nothing stays behind."""

from __future__ import annotations

from psycopg import sql
from psycopg.types.json import Jsonb

from shared_db.errors import MoveFailed, MoveRefused
from shared_db.homes import HomeRow, State
from shared_db.move import journal
from shared_db.move.aside import drop_asides, put_aside
from shared_db.move.backends import end_orphans, end_sessions
from shared_db.move.drop import drop_schema
from shared_db.move.homes import forget_standby, place_of, read_row, release
from shared_db.move.lifting import lift_fence
from shared_db.move.opened import OpenRun
from shared_db.move.points import reach
from shared_db.move.replication import drop_leg
from shared_db.move.run import Run
from shared_db.move.subject import connect, maintenance
from shared_db.tool_connection import ToolConnection

_LIFTING = 20.0
"""Seconds for which the last triggers are tried."""

_CLOSE_FORMER = """
UPDATE shared_db.homes SET state = 'moved', moved_to = %s, epoch = %s
 WHERE service = %s AND state = 'standby' AND run_id = %s
"""


def finish(opened: OpenRun, *, drop: bool) -> list[str]:
    """Make the target the only place: replication ends, the former schema is put aside.

    Subscriptions go first: while one stands, emptying the old tables would empty the live ones.

    Args:
        opened: the run, cut over.
        drop: drop the former schema, and those of earlier moves, instead of renaming it.

    Returns:
        What was dropped, and where.

    Raises:
        MoveRefused: the schema is not active at the target.
    """
    run, rows = opened.run, opened.rows()
    if rows.target is None or rows.target.state is not State.ACTIVE:
        raise MoveRefused(
            f"{run.subject.name} is active at {run.origin.address}: cut it over first, or abort "
            "the move."
        )
    with opened.teller.phase("finish"):
        opened.enter("finish")
        _close_former(opened, rows.target)
        drop_leg(run.reverse, opened.target, opened.origin)
        reach("after:reverse-dropped")
        drop_leg(run.forward, opened.origin, opened.target)
        reach("after:forward-dropped")
        _forget_markers(opened.origin, run)
        _forget_markers(opened.target, run)
        dropped = _put_aside(opened, rows.target.epoch - 1, drop=drop)
        reach("after:put-aside")
        _lift_fence(opened.target, run)
        opened.enter("finished")
        release(opened.target, run.subject.name, run.run_id)
        reach("after:release")
    return [f"{name} at {run.origin.address}" for name in dropped]


def abort(opened: OpenRun) -> None:
    """Undo a run whose home is its origin: nothing of it stays at either side.

    Raises:
        MoveRefused: the schema is active at the target; roll back first.
    """
    run, rows = opened.run, opened.rows()
    if not rows.at_origin:
        raise MoveRefused(
            f"{run.subject.name} is active at {run.target.address}: roll the move back first, or "
            "finish it."
        )
    with opened.teller.phase("abort"):
        opened.enter("abort")
        _lift_fence(opened.origin, run)
        release(opened.origin, run.subject.name, run.run_id)
        reach("after:abort-release")
        drop_leg(run.forward, opened.origin, opened.target)
        drop_leg(run.reverse, opened.target, opened.origin)
        reach("after:abort-replication")
        _forget_markers(opened.origin, run)
        _forget_markers(opened.target, run)
        if rows.target is not None and rows.target.run_id == run.run_id:
            end_sessions(opened.target, run.subject)
            drop_schema(opened.target, run.subject.schema)
            forget_standby(opened.target, run.subject, run.run_id)
        opened.target.close()
        if run.created_database:
            _drop_database(run)
        opened.enter("aborted")


def abort_without_target(run: Run, reason: Exception, *, lost: bool) -> str:
    """Undo what can be undone while nobody answers at the target.

    Args:
        run: the run.
        reason: why the target could not be asked.
        lost: the operator says that the target will not come back; the run ends here.

    Returns:
        A sentence that says what is left there.

    Raises:
        MoveRefused: the target is the home.
    """
    with connect(run.origin, run.run_id) as origin:
        end_orphans(origin, run.run_id)
        row = read_row(origin, run.subject.name)
        if row is not None and row.state is not State.ACTIVE:
            raise MoveRefused(
                f"{run.target.address} is the home of {run.subject.name} and cannot be reached "
                f"({reason}): bring that server back, or if it is lost for good run `shared-db "
                "move promote --source-lost`, which makes this one the home."
            )
        journal.enter(origin, run.run_id, "abort")
        release(origin, run.subject.name, run.run_id)
        drop_leg(run.forward, origin, None)
        drop_leg(run.reverse, None, origin)
        _forget_markers(origin, run)
        if lost:
            journal.enter(origin, run.run_id, "aborted")
            return ""
    return (
        f"The origin is clean and {run.subject.name} goes on there. {run.target.tool} could not be "
        f"cleaned ({reason}): run `shared-db move abort` again when it answers, "
        "or with --target-lost if it never will."
    )


def _close_former(opened: OpenRun, home: HomeRow) -> None:
    """A former home that was made a standby for a way back is one no more.

    Its epoch, raised for that way back, is again the one before the home's: rows are followed to
    higher epochs only.
    """
    run = opened.run
    moved_to = place_of(opened.target, run.target)
    with opened.origin.transaction():
        opened.origin.execute(
            "SELECT pg_advisory_xact_lock(shared_db.lock_key(%s))", [run.subject.name]
        )
        values = [Jsonb(moved_to), home.epoch - 1, run.subject.name, run.run_id]
        if opened.origin.execute(_CLOSE_FORMER, values).rowcount:
            opened.origin.execute(
                "SELECT shared_db.revoke_privileges(%s), shared_db.guard(%s, false)",
                [run.subject.name, run.subject.name],
            )


def _lift_fence(home: ToolConnection, run: Run) -> None:
    left = lift_fence(home, run.subject.name, patience=_LIFTING)
    if left:
        raise MoveFailed(
            f"The trigger shared_db_fence, which lets everything pass, could not be dropped from "
            f"{', '.join(left)}: a transaction keeps using it. End that one, then run "
            "`shared-db move resume`."
        )


def _put_aside(opened: OpenRun, epoch: int, *, drop: bool) -> list[str]:
    """Rename the former schema, or drop it; a second time there is nothing to do.

    Returns:
        What was dropped.
    """
    run, origin = opened.run, opened.origin
    schema = run.subject.schema
    origin.execute("DELETE FROM shared_db.fenced_privileges WHERE service = %s", [run.subject.name])
    found = origin.execute("SELECT FROM pg_namespace WHERE nspname = %s", [schema]).fetchone()
    if drop:
        drop_schema(origin, schema)
        return [schema] * (found is not None) + drop_asides(origin, schema)
    if found is not None:
        put_aside(origin, schema, epoch)
    return []


def _forget_markers(connection: ToolConnection, run: Run) -> None:
    connection.execute("DELETE FROM shared_db.markers WHERE run_id = %s", [run.run_id])


def _drop_database(run: Run) -> None:
    """Drop the database that the run made, with the connections that waited to be warmed."""
    with connect(maintenance(run.target), run.run_id) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {name} WITH (FORCE)").format(
                name=sql.Identifier(run.target.tool.database)
            )
        )
