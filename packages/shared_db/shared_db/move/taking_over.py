"""An operator's last resort: the source is lost for good, and the target is on standby."""

from __future__ import annotations

from dataclasses import dataclass

from shared_db.errors import DatabaseUnavailable, MoveRefused
from shared_db.homes import HomeRow, State
from shared_db.move.homes import read_row, release
from shared_db.move.markers import cut_marker, write_marker
from shared_db.move.replication import drop_subscription
from shared_db.move.subject import Side, Subject, connect
from shared_db.tool_connection import ToolConnection

_CUT = "SELECT FROM shared_db.markers WHERE run_id = %s AND name = %s"
_SUBSCRIPTIONS = r"""
SELECT subname AS name FROM pg_subscription
 WHERE subname LIKE %s
   AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


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
        for found in connection.execute(
            _SUBSCRIPTIONS, [f"shared\\_db\\_{row.run_id.hex[:20]}\\_%"]
        ).fetchall():
            drop_subscription(connection, found["name"])
        complete = _promote(connection, subject, row)
        release(connection, subject.name, row.run_id)
    return TakenOver(complete, row.epoch)


def _promote(connection: ToolConnection, subject: Subject, row: HomeRow) -> bool:
    marker = cut_marker(row.epoch)
    complete = connection.execute(_CUT, [row.run_id, marker]).fetchone() is not None
    if row.run_id is not None and not complete:
        write_marker(connection, row.run_id, marker)
    connection.execute(
        "SELECT shared_db.promote(%s, %s, %s)", [subject.name, row.epoch, row.run_id]
    )
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
