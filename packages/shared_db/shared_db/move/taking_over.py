"""An operator's last resort: the source is lost for good, and the target is on standby."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from shared_db.errors import DatabaseUnavailable, MoveRefused
from shared_db.homes import State
from shared_db.move.homes import read_row, release
from shared_db.move.markers import cut_marker, write_marker
from shared_db.move.replication import drop_publication, drop_subscription
from shared_db.move.run import leg_name
from shared_db.move.slot import drop_slot
from shared_db.move.subject import Side, Subject, connect
from shared_db.tool_connection import ToolConnection

_CUT = "SELECT FROM shared_db.markers WHERE run_id = %s AND name = %s"


@dataclass(frozen=True)
class TakenOver:
    """What became of a standby whose source is lost.

    Args:
        complete: whether the cut had passed, so that nothing can be missing.
        epoch: the new home's.
    """

    complete: bool
    epoch: int


def take_over(subject: Subject, standby: Side, source: Side) -> TakenOver:
    """Make the standby the home although its source cannot be asked.

    Without the marker of a cut, what the source had acknowledged last may be missing, and the
    source must never serve again: it still believes to be the home.

    Args:
        subject: what was being moved.
        standby: the database that is on standby.
        source: its peer, as its row names it.

    Raises:
        MoveRefused: the source answers, or the database is not on standby.
    """
    _refuse_living(source)
    with connect(standby) as connection:
        row = read_row(connection, subject.name)
        if row is None or row.state is not State.STANDBY or row.run_id is None:
            raise MoveRefused(
                f"{standby.address} is not on standby for {subject.name}: there is nothing to "
                "promote. See `shared-db status`."
            )
        names = [leg_name(row.run_id, direction) for direction in ("forward", "reverse")]
        for name in names:
            drop_subscription(connection, name)
        complete = _promote(connection, subject, row.epoch, row.run_id)
        for name in names:
            drop_slot(connection, name)
            drop_publication(connection, name)
        connection.execute("DELETE FROM shared_db.markers WHERE run_id = %s", [row.run_id])
        release(connection, subject.name, row.run_id)
    return TakenOver(complete, row.epoch)


def _promote(connection: ToolConnection, subject: Subject, epoch: int, run_id: UUID) -> bool:
    marker = cut_marker(epoch)
    complete = connection.execute(_CUT, [run_id, marker]).fetchone() is not None
    if not complete:
        write_marker(connection, run_id, marker)
    connection.execute("SELECT shared_db.promote(%s, %s, %s)", [subject.name, epoch, run_id])
    return complete


def _refuse_living(source: Side) -> None:
    try:
        connect(source).close()
    except DatabaseUnavailable:
        return
    raise MoveRefused(
        f"{source.address} answers: it is not lost. Run `shared-db move resume` or `abort`, which "
        "ask it."
    )
