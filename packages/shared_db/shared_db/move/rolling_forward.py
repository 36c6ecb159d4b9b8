"""After the commit point there is one way only: the next home is opened, whoever comes first."""

from __future__ import annotations

from shared_db.homes import State
from shared_db.move.homes import Rows
from shared_db.move.muting import publish_at_home_only
from shared_db.move.opened import OpenRun
from shared_db.tool_connection import ToolConnection


def roll_forward(opened: OpenRun) -> Rows:
    """Open the next home if a command died between the commit point and that.

    Args:
        opened: the run.

    Returns:
        What both databases say then.
    """
    rows = opened.rows()
    if rows.origin is None or rows.target is None:
        return rows
    states = (rows.origin.state, rows.target.state)
    if states == (State.MOVED, State.STANDBY):
        _promote(opened, opened.target, rows.target.epoch)
        opened.enter("cut")
        publish_at_home_only(opened, origin=False)
    elif states == (State.STANDBY, State.MOVED):
        _promote(opened, opened.origin, rows.origin.epoch)
        opened.enter("ready")
        publish_at_home_only(opened, origin=True)
    else:
        return rows
    return opened.rows()


def _promote(opened: OpenRun, connection: ToolConnection, epoch: int) -> None:
    connection.execute(
        "SELECT shared_db.promote(%s, %s, %s)",
        [opened.run.subject.name, epoch, opened.run.run_id],
    )
