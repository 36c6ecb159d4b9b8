"""A former home made a standby again, for the way back."""

from __future__ import annotations

from psycopg.types.json import Jsonb

from shared_db.errors import MoveRefused
from shared_db.homes import State
from shared_db.move.backends import end_sessions
from shared_db.move.homes import place_of, read_row
from shared_db.move.run import Leg, Run
from shared_db.tool_connection import ToolConnection

_STAND_BY_AGAIN = """
UPDATE shared_db.homes SET state = 'standby', epoch = %s, peer = %s, moved_to = NULL
 WHERE service = %s AND state = 'moved' AND run_id = %s
"""


def reopen(
    run: Run, leg: Leg, home: ToolConnection, former: ToolConnection, *, warms: bool
) -> None:
    """Let the former home, which replication has kept up, stand by for the present one.

    Its sessions are ended first: none of them may read with privileges that are given back for
    warming, as if nothing had happened.

    Args:
        run: the move.
        leg: from the present home to the former one.
        home: a connection to the present home.
        former: a connection to the former home.
        warms: whether processes warm connections there, for which they need their privileges.

    Raises:
        MoveRefused: it is no former home of this run.
    """
    subject = run.subject
    active, there = read_row(home, subject.name), read_row(former, subject.name)
    if active is None or there is None or there.run_id != run.run_id:
        raise MoveRefused(f"{leg.target.address} is no former home of {subject.name} in this run.")
    if there.state is State.STANDBY:
        return
    end_sessions(former, subject)
    with former.transaction():
        values = [
            active.epoch + 1,
            Jsonb(place_of(home, leg.source)),
            subject.name,
            run.run_id,
        ]
        if former.execute(_STAND_BY_AGAIN, values).rowcount != 1:
            raise MoveRefused(f"{leg.target.address} is {there.state} and cannot stand by.")
        former.execute("SELECT shared_db.guard(%s, true)", [subject.name])
        if warms:
            former.execute("SELECT shared_db.restore_privileges(%s)", [subject.name])
