"""An operator's last resort: the home is lost for good, the database that followed it is not."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from shared_db.errors import DatabaseUnavailable, MoveRefused
from shared_db.homes import HomeRow, Place, State
from shared_db.move import journal
from shared_db.move.homes import read_row, release
from shared_db.move.lifting import lift_fence
from shared_db.move.lost_sequences import pass_what_was_given
from shared_db.move.markers import cut_marker, moved_marker, write_marker
from shared_db.move.parties import Parties
from shared_db.move.replication import drop_publication, drop_subscription, stop_following
from shared_db.move.run import leg_name
from shared_db.move.slot import drop_slot
from shared_db.move.subject import Side, Subject, connect
from shared_db.tool_connection import ToolConnection

_NOTED = "SELECT FROM shared_db.markers WHERE run_id = %s AND name = %s"

_STAND_BY = """
UPDATE shared_db.homes SET state = 'standby', epoch = %s, peer = %s, moved_to = NULL
 WHERE service = %s AND state = 'moved' AND run_id = %s
"""

_LIFTING = 5.0
"""Seconds for which the standby's triggers are tried; what is left lets everything pass."""


@dataclass(frozen=True)
class TakenOver:
    """What became of the database that followed a lost home.

    Args:
        home: the address of the new home.
        lost: the address of the lost one.
        complete: whether the cut to the new home is known to have passed, so that nothing can be
            missing.
        epoch: the new home's.
        unknown: sequences of which no row tells how far they were.
    """

    home: str
    lost: str
    complete: bool
    epoch: int
    unknown: tuple[str, ...]


def take_over(parties: Parties, margin: int) -> TakenOver:
    """Make the database that followed the home the home, although the home cannot be asked.

    That is the target of a move on standby, or after the cut the former home, which follows the
    new one. Unless the proof of a cut to it has arrived, what the lost home acknowledged last may
    be missing, and the lost server must never serve again: it believes to be the home.

    Args:
        parties: whose schema it is.
        margin: values by which sequences of the new home are ahead.

    Raises:
        MoveRefused: the home answers, or nobody followed it.
    """
    follower, place = _follower(parties)
    lost = parties.side({"host": place.host, "port": place.port, "database": place.database})
    _refuse_living(lost)
    subject = parties.subject
    with connect(follower) as connection:
        row = _closed_to_the_lost(connection, subject, place)
        run_id = row.run_id
        if row.state is State.MOVED or run_id is None:
            raise MoveRefused(f"{follower.address} changes just now: try again.")
        complete = connection.execute(_NOTED, [run_id, moved_marker(row.epoch)]).fetchone()
        unknown = pass_what_was_given(connection, subject.schema, margin)
        write_marker(connection, run_id, cut_marker(row.epoch))
        connection.execute(
            "SELECT shared_db.promote(%s, %s, %s)", [subject.name, row.epoch, run_id]
        )
        lift_fence(connection, subject.name, patience=_LIFTING)
        _forget_run(connection, subject, run_id)
    return TakenOver(
        home=str(follower.address),
        lost=str(lost.address),
        complete=complete is not None,
        epoch=row.epoch,
        unknown=() if complete is not None else unknown,
    )


def _follower(parties: Parties) -> tuple[Side, Place]:
    """The database that followed the home with all rows, and whom it followed."""
    name, reasons = parties.subject.name, []
    for side in parties.places():
        try:
            with connect(side) as connection:
                row = read_row(connection, name)
                enabled = _followed(connection, row.run_id if row else None)
        except DatabaseUnavailable:
            continue
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            row = None
        if row is None:
            continue
        if row.state is State.ACTIVE and enabled is not False:
            raise MoveRefused(f"{side.address} is the home of {name} and answers: it is not lost.")
        followed = row.moved_to if row.state is State.MOVED else row.peer
        if enabled is not None and followed is not None:
            return side, followed
        reasons.append(f"{side.address} is {row.state} and does not follow it")
    raise MoveRefused(
        f"No database that answers has followed the home of {name} with all its rows "
        f"({'; '.join(reasons) or 'none knows of it'}): restore the home from its backups."
    )


def _followed(connection: ToolConnection, run_id: UUID | None) -> bool | None:
    """Whether its subscription of the run, made only when all rows are copied, is enabled.

    Returns:
        None where there is none; False where an earlier attempt to take over has disabled it.
    """
    if run_id is None:
        return None
    names = [leg_name(run_id, direction) for direction in ("forward", "reverse")]
    row = connection.execute(
        "SELECT bool_and(subenabled) AS enabled FROM pg_subscription WHERE subname = ANY (%s)"
        " AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
        [names],
    ).fetchone()
    return row["enabled"] if row else None


def _closed_to_the_lost(connection: ToolConnection, subject: Subject, lost: Place) -> HomeRow:
    """Stop following; a former home stands by for the epoch after the lost one's.

    The subscriptions stay, disabled, until the end: they tell that all rows are here.
    """
    row = read_row(connection, subject.name)
    if row is None or row.run_id is None:
        raise MoveRefused(f"{subject.name} is not known here any more: try again.")
    for direction in ("forward", "reverse"):
        stop_following(connection, leg_name(row.run_id, direction))
    if row.state is not State.MOVED:
        return row
    place = {"host": lost.host, "port": lost.port, "database": lost.database}
    peer = {"identity": str(lost.identity), **place}
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(shared_db.lock_key(%s))", [subject.name])
        connection.execute(_STAND_BY, [row.epoch + 2, Jsonb(peer), subject.name, row.run_id])
        connection.execute("SELECT shared_db.guard(%s, true)", [subject.name])
    return read_row(connection, subject.name) or row


def _forget_run(connection: ToolConnection, subject: Subject, run_id: UUID) -> None:
    names = [leg_name(run_id, direction) for direction in ("forward", "reverse")]
    for name in names:
        drop_subscription(connection, name)
    for name in names:
        drop_slot(connection, name)
        drop_publication(connection, name)
    connection.execute("DELETE FROM shared_db.markers WHERE run_id = %s", [run_id])
    journal.enter(connection, run_id, "aborted")  # where the move began, there is an entry
    release(connection, subject.name, run_id)


def _refuse_living(home: Side) -> None:
    try:
        connect(home).close()
    except DatabaseUnavailable:
        return
    raise MoveRefused(
        f"{home.address} answers: it is not lost. Run `shared-db move resume`, `rollback` or "
        "`abort`, which ask it."
    )
