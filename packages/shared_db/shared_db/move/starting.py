"""From the first check to a target that follows and is proven equal, with the way back laid."""

from __future__ import annotations

from shared_db.check.finding import Verdict
from shared_db.errors import DatabaseUnavailable, MoveFailed, MoveRefused
from shared_db.move.compare import TableResult, comparable_tables, compare
from shared_db.move.copy.copying import copy_schema
from shared_db.move.follow import catch_up
from shared_db.move.inspect import Obstacle, inspect, may_start
from shared_db.move.journal import Entry
from shared_db.move.markers import commit_durably
from shared_db.move.opened import OpenRun
from shared_db.move.options import MoveOptions
from shared_db.move.parties import Parties
from shared_db.move.points import reach
from shared_db.move.prepare import (
    claim_both,
    clear_target,
    make_extensions,
    publish,
    refuse_occupied,
)
from shared_db.move.programs import Programs
from shared_db.move.replication import (
    create_publication,
    create_subscription,
    drop_leg,
    lag_bytes,
)
from shared_db.move.run import Leg, Run
from shared_db.move.slot import create_slot, exported_slot
from shared_db.move.snapshots import same_state
from shared_db.move.subject import Side, connect, maintenance
from shared_db.move.tables import binary_possible, tables_of
from shared_db.move.telling import Teller
from shared_db.tool_connection import ToolConnection

_ORIGINS_SINCE = 160000


def prepare_and_copy(
    opened: OpenRun, parties: Parties, programs: Programs, options: MoveOptions
) -> None:
    """Make the target a standby and copy the schema to it; begins anew when repeated.

    Raises:
        MoveRefused: something else is at the target, or old transactions block the slot.
        MoveFailed: the copy failed.
    """
    run, schema = opened.run, opened.run.subject.schema
    with opened.teller.phase("prepare"):
        opened.enter("prepare")
        claim_both(opened.origin, opened.target, run)
        reach("after:claim")
        clear_target(opened.origin, opened.target, run)
        refuse_occupied(opened.target, run)
        make_extensions(opened.origin, opened.target, run)
        publish(opened.origin, run)
    with opened.teller.phase("copy"):
        opened.enter("copy")
        slot = exported_slot(
            run.origin, run.forward.name, run.run_id, patience=options.slot_patience
        )
        with slot as snapshot:
            reach("after:slot")
            copied = copy_schema(
                programs,
                run.forward,
                schema,
                snapshot,
                run_id=run.run_id,
                jobs=options.jobs,
                progress=lambda done, total: opened.teller.tell(
                    "copy", bytes_done=done, bytes_total=total
                ),
                defined=lambda connection: _guard(
                    connection, opened.run.subject.name, warms=parties.warms
                ),
            )
        parties.settle(run.target)
        commit_durably(opened.target, run.run_id)  # the copy's own commits were in no hurry
        opened.teller.tell(
            "done",
            phase="copy",
            seconds=round(copied.seconds, 3),
            bytes=copied.bytes,
            rows=sum(table.rows for table in tables_of(opened.target, schema)),
            tables=len(copied.tables),
        )
        opened.enter("follow")


def follow(opened: OpenRun, options: MoveOptions) -> None:
    """Apply at the target what is written at the origin, until it is close."""
    with opened.teller.phase("follow"):
        _subscribe(opened, opened.run.forward, options)
        reach("after:subscription")
        wait_until_close(opened, opened.run.forward, options)


def wait_until_close(opened: OpenRun, leg: Leg, options: MoveOptions) -> None:
    """Wait until the target of a leg is so close that a hold will be short."""
    source, target = opened.ends(leg)
    catch_up(
        leg,
        source,
        target,
        run_id=opened.run.run_id,
        patience=options.lag_patience,
        progress=lambda lag: opened.teller.tell("lag", bytes=lag),
    )


def verify(opened: OpenRun, leg: Leg, options: MoveOptions) -> list[TableResult]:
    """Compare every row of both sides while writes go on.

    Raises:
        MoveFailed: rows differ; the message names them.
    """
    with opened.teller.phase("verify"):
        wait_until_close(opened, leg, options)
        with same_state(opened.run, leg, options, opened.teller) as (source, target):
            tables = comparable_tables(opened.ends(leg)[0], opened.run.subject.schema)
            results = compare(
                source,
                target,
                tables,
                jobs=options.jobs,
                told=lambda result: tell_result(opened.teller, "verify", result),
            )
    refuse_differences(results, opened)
    return results


def lay_way_back(opened: OpenRun, options: MoveOptions) -> None:
    """Let the origin follow the target, before there is anything to follow.

    A server older than 16 cannot tell what replication brought from what was written there: the
    two directions would make a circle, so that there is no way back to it. A slot that was lost
    is made anew: before the cut it has nothing to carry.
    """
    run = opened.run
    with opened.teller.phase("reverse"):
        if not has_way_back(opened):
            opened.teller.tell("no_way_back", server=opened.origin.info.server_version // 10000)
            opened.enter("ready")
            return
        if lag_bytes(opened.target, run.reverse) is None:  # never made, or lost since
            drop_leg(run.reverse, opened.target, opened.origin)
        tables = tables_of(opened.target, run.subject.schema)
        create_publication(opened.target, run.reverse, tables, run.run_id, muted=True)
        reach("after:reverse-publication")
        create_slot(opened.target, run.reverse.name)
        reach("after:reverse-slot")
        _subscribe(opened, run.reverse, options)
        reach("after:reverse-subscription")
        opened.enter("ready")


def has_way_back(opened: OpenRun) -> bool:
    """Whether the origin can follow the target without sending everything back to it."""
    return opened.origin.info.server_version >= _ORIGINS_SINCE


def tell_result(teller: Teller, kind: str, result: TableResult) -> None:
    """Tell what the comparison of one table found."""
    teller.tell("table", kind=kind, rows=result.rows_source, **result.as_json())


def refuse_differences(results: list[TableResult], opened: OpenRun) -> None:
    """Raise if any table differs.

    Raises:
        MoveFailed: with the tables and the first differences.
    """
    different = [result for result in results if not result.equal]
    if not different:
        return
    first = different[0].differences[:3]
    raise MoveFailed(
        f"{len(different)} table(s) of {opened.run.subject.schema} differ between "
        f"{opened.run.origin.tool} and {opened.run.target.tool}: "
        f"{', '.join(result.table for result in different)}; for example "
        f"{'; '.join(str(one) for one in first)}. See "
        f"{opened.run.subject.command('status', '--json')}; before the cut abort and start again, "
        "after it roll back."
    )


def look_for_obstacles(parties: Parties, teller: Teller) -> list[Obstacle]:
    """All findings of the check, without changing anything."""
    home, destination = parties.home(), parties.destination()
    with teller.phase("check"), connect(home) as source, _server_of(destination) as target:
        return inspect(source, target, parties.subject, destination)


def under_way(run: Run, entry: Entry, running: str) -> Obstacle:
    """What check says while a move has not ended: what is at the target belongs to that one."""
    command = run.subject.command
    if running:
        return Obstacle(
            "command-running",
            Verdict.BLOCKS,
            (run.subject.name,),
            f"A command is moving {run.subject.name} from {run.origin.address} to "
            f"{run.target.address} now ({running}; phase {entry.phase}).",
            f"Wait for it: {command('status')} shows it. {command('resume')} or `abort` would end "
            "it and take its place.",
        )
    return Obstacle(
        "move-under-way",
        Verdict.BLOCKS,
        (run.subject.name,),
        f"A move of {run.subject.name} from {run.origin.address} to {run.target.address} has not "
        f"ended (phase {entry.phase}).",
        f"Go on with it ({command('resume')}, `cutover`, `rollback`) or end it (`finish`, "
        "`abort`).",
    )


def refuse_obstacles(obstacles: list[Obstacle]) -> None:
    """Raise if one of them blocks.

    Raises:
        MoveRefused: with all that blocks and the remedies.
    """
    if may_start(obstacles):
        return
    blocking = [one for one in obstacles if one.verdict.value == "blocks"]
    lines = "\n".join(f"  {one.sentence} {one.remedy}" for one in blocking)
    raise MoveRefused(f"{len(blocking)} finding(s) stand in the way:\n{lines}")


def _server_of(side: Side) -> ToolConnection:
    """The target's database, or while there is none, its server's maintenance database."""
    try:
        return connect(side)
    except DatabaseUnavailable as error:
        if "does not exist" not in str(error):
            raise
    return connect(maintenance(side))


def _guard(connection: ToolConnection, service: str, *, warms: bool) -> None:
    """Nobody writes to the copy: it would stand in the way of what replication brings.

    Nobody reads it either, but for processes that look at their homes and warm connections.
    """
    reach("after:definitions")
    connection.execute("SELECT shared_db.guard(%s, true)", [service])
    if not warms:
        connection.execute("SELECT shared_db.close_schema(%s)", [service])


def _subscribe(opened: OpenRun, leg: Leg, options: MoveOptions) -> None:
    source, target = opened.ends(leg)
    binary = binary_possible(source, opened.run.subject.schema)
    create_subscription(target, leg, binary=binary, patience=options.lag_patience)
