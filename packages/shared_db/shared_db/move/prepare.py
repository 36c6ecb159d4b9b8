"""The target before its first row: its standing in ``homes``, and nothing of an earlier attempt."""

from __future__ import annotations

import psycopg

from shared_db.errors import MoveRefused
from shared_db.homes import State
from shared_db.move.drop import drop_schema
from shared_db.move.homes import claim, place_of, read_row, stand_by
from shared_db.move.inspect.extensions import needed_extensions
from shared_db.move.lost_run import clear_lost_run
from shared_db.move.replication import create_publication, drop_leg
from shared_db.move.run import Run
from shared_db.move.tables import tables_of
from shared_db.tool_connection import ToolConnection


def claim_both(origin: ToolConnection, target: ToolConnection, run: Run) -> None:
    """Mark the origin as moving and the target as standing by, for this run alone.

    Raises:
        MoveRefused: another run has one of them.
    """
    epoch = claim(origin, run, peer=place_of(target, run.target))
    clear_lost_run(origin, target, run)
    stand_by(target, run, epoch=epoch + 1, peer=place_of(origin, run.origin))


def clear_target(origin: ToolConnection, target: ToolConnection, run: Run) -> None:
    """Remove what an interrupted attempt of this run has made, so that it can begin anew.

    Raises:
        MoveRefused: the target is not this run's standby, or the schema there is not its copy.
    """
    row = read_row(target, run.subject.name)
    if row is None or row.state is not State.STANDBY or row.run_id != run.run_id:
        raise MoveRefused(
            f"{run.target.address} does not stand by for this run: run `shared-db move status`."
        )
    drop_leg(run.forward, origin, target)
    drop_leg(run.reverse, target, origin)  # its publication would lose its tables with the schema
    for connection in (origin, target):  # an update of a row that the other lacks never arrives
        connection.execute("DELETE FROM shared_db.markers WHERE run_id = %s", [run.run_id])
    target.execute("DELETE FROM shared_db.fenced_privileges WHERE service = %s", [run.subject.name])
    drop_schema(target, run.subject.schema)


def refuse_occupied(target: ToolConnection, run: Run) -> None:
    """See that nobody else's schema of that name is at the target.

    Raises:
        MoveRefused: there is one.
    """
    row = target.execute(
        "SELECT count(c.oid) AS objects FROM pg_namespace AS n"
        "  LEFT JOIN pg_class AS c ON c.relnamespace = n.oid"
        " WHERE n.nspname = %s GROUP BY n.oid",
        [run.subject.schema],
    ).fetchone()
    if row is not None and row["objects"]:
        raise MoveRefused(
            f"{run.target.address} has a schema {run.subject.schema} with {row['objects']} "
            "object(s) already: rename or drop it, or name another target."
        )
    if row is not None:
        drop_schema(target, run.subject.schema)


def make_extensions(origin: ToolConnection, target: ToolConnection, run: Run) -> None:
    """Create the extensions that the schema needs and the target lacks.

    Raises:
        MoveRefused: this role may not create one.
    """
    for extension in needed_extensions(origin, run.subject.schema):
        there = "SELECT FROM pg_extension WHERE extname = %s"
        if extension.is_inside or target.execute(there, [extension.name]).fetchone():
            continue
        try:
            target.execute(extension.statement.encode())
        except psycopg.errors.InsufficientPrivilege as error:
            if extension.is_certain:
                raise MoveRefused(
                    f"The extension {extension.quoted} is needed at {run.target.tool}, and "
                    f"{run.target.login.user} may not create it: as a superuser, run "
                    f"`{extension.statement}` there, then `shared-db move resume`."
                ) from error


def publish(origin: ToolConnection, run: Run) -> None:
    """Publish the schema's tables and the run's markers at the origin."""
    create_publication(origin, run.forward, tables_of(origin, run.subject.schema), run.run_id)
