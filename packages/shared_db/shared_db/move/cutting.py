"""Cutover and rollback: the same cut, with the sides swapped."""

from __future__ import annotations

import time

from shared_db.errors import MoveFailed, MoveRefused
from shared_db.homes import State
from shared_db.move.agreeing import refuse_changed_definitions
from shared_db.move.around_cut import AroundCut
from shared_db.move.backends import end_lingering
from shared_db.move.compare import comparable_tables, compare
from shared_db.move.cut import Cut, Cutter
from shared_db.move.hold import HoldGivenUp, hold_until_done, tell_hold
from shared_db.move.homes import read_row
from shared_db.move.known_differences import refuse_known_differences
from shared_db.move.lifting import lift_fence
from shared_db.move.muting import mute
from shared_db.move.opened import OpenRun
from shared_db.move.options import MoveOptions
from shared_db.move.parties import Parties
from shared_db.move.points import reach
from shared_db.move.reopen import reopen
from shared_db.move.run import Leg
from shared_db.move.starting import refuse_differences, tell_result, wait_until_close
from shared_db.move.warm import await_warm
from shared_db.move.way_back import refuse_lost_way_back

_SETTLE = 1.5
"""Seconds in which the requests that waited have the servers for themselves."""

_LIFTING = 2.0
"""Seconds for which the former standby's triggers are tried; the end of the run tries again."""

_GRACE = 1.0
"""Seconds for which transactions that began before the cut may finish reading."""


def cut_over(opened: OpenRun, parties: Parties, leg: Leg, kind: str, options: MoveOptions) -> None:
    """Change the home from the leg's source to its target, then compare what was cut.

    Args:
        opened: the run.
        parties: whose schema it is.
        leg: from the home to the next one.
        kind: ``cut`` or ``rollback``, as it is told.
        options: budget, patience, commands around the cut.

    Raises:
        MoveRefused: rows differed when they were last compared, processes are not warm, or the
            home is not the leg's source.
        MoveFailed: no attempt fitted the budget; or, after the cut was done, the comparison found
            differences or the command after it failed.
    """
    source, target = opened.ends(leg)
    refuse_known_differences(opened, kind)
    around = AroundCut(opened, leg, options)
    with opened.teller.phase("warm"):
        _stand_by(opened, parties, leg)
        if leg.source is opened.run.origin:
            refuse_lost_way_back(opened)
            if not options.force:
                refuse_changed_definitions(opened, leg, jobs=options.jobs)
        wait_until_close(opened, leg, options)
        if parties.warms:
            names = await_warm(source, target, opened.run.subject, options)
            opened.teller.tell("warm", processes=sorted(names))
    with opened.teller.phase(kind):
        done = _cut(opened, leg, kind, options, around)
    with done.open:
        with opened.teller.phase("resume"):
            opened.enter("cut" if leg.source is opened.run.origin else "ready")
            mute(source, leg)
            ended = end_lingering(source, opened.run.subject, before=done.began, grace=_GRACE)
            opened.teller.tell("lingering", ended=list(ended))
        time.sleep(_SETTLE)
        with opened.teller.phase("compare"):
            tables = comparable_tables(source, opened.run.subject.schema)
            results = compare(
                *done.snapshots,
                tables,
                jobs=options.jobs,
                told=lambda result: tell_result(opened.teller, kind, result),
            )
    left = lift_fence(target, opened.run.subject.name, patience=_LIFTING)
    opened.teller.tell("fence", left=left)
    refuse_differences(results, opened)
    if around.failure:
        raise MoveFailed(around.failure)


def _cut(opened: OpenRun, leg: Leg, kind: str, options: MoveOptions, around: AroundCut) -> Cut:
    epoch = _epoch_of_home(opened, leg)
    if not options.force:
        _refuse_volatile(opened, leg)
    cutter = Cutter(opened.run, leg, epoch, options)
    try:
        around.before()
        done = hold_until_done(cutter.attempt, kind, options, opened.teller)
    except HoldGivenUp as error:
        raise MoveFailed(
            f"{opened.run.subject.name} was not cut over, nothing has changed: {options.attempts} "
            f"attempts did not fit {options.hold_budget * 1000:.0f} ms (the last: {error}). "
            f"{error.advice}"
        ) from error
    finally:
        around.after()
    tell_hold(opened.teller, kind, done.began, done.ended)
    if not done.promoted:
        done.open.close()
        raise MoveFailed(
            f"{opened.run.subject.name} was cut over, but {leg.target.tool} went away before it "
            "could be opened: bring that server back and run `shared-db move resume`."
        )
    return done


def _epoch_of_home(opened: OpenRun, leg: Leg) -> int:
    """The home's epoch; the other side must be the one that can be opened after it.

    Raises:
        MoveRefused: a cut would leave no side that is active.
    """
    name, run_id = opened.run.subject.name, opened.run.run_id
    home, next_home = (read_row(connection, name) for connection in opened.ends(leg))
    if home is None or home.state is not State.ACTIVE or home.run_id != run_id:
        raise MoveRefused(
            f"{name} is not active at {leg.source.address}: run `shared-db move status`."
        )
    standing = None if next_home is None else (next_home.state, next_home.epoch, next_home.run_id)
    if standing != (State.STANDBY, home.epoch + 1, run_id):
        raise MoveRefused(
            f"{leg.target.address} does not stand by for epoch {home.epoch + 1} of {name}: run "
            "`shared-db move resume`, or abort the move."
        )
    return home.epoch


def _refuse_volatile(opened: OpenRun, leg: Leg) -> None:
    """A server that does not wait for its disk may forget a commit that the other one knows."""
    for connection, side in zip(opened.ends(leg), (leg.source, leg.target), strict=True):
        row = connection.execute("SELECT current_setting('fsync') AS fsync").fetchone()
        if row is not None and row["fsync"] != "on":
            raise MoveRefused(
                f"{side.tool} runs with fsync = off: after a crash it may have lost the cut. Run "
                "`ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf()` there, or cut with "
                "--force if nobody misses the data."
            )


def _stand_by(opened: OpenRun, parties: Parties, leg: Leg) -> None:
    """A former home stands by again before it can become the home."""
    source, target = opened.ends(leg)
    reopen(opened.run, leg, source, target, warms=parties.warms)
    reach("after:reopen")
