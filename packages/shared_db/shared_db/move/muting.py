"""Only the home publishes: what is written elsewhere, past the fence, must not reach the home.

Publications of a former or a next home are muted. What somebody writes there nevertheless stays
there, where a comparison finds it; the slot goes on and keeps no WAL meanwhile.
"""

from __future__ import annotations

from psycopg import sql

from shared_db.move.opened import OpenRun
from shared_db.move.replication import EVERYTHING
from shared_db.move.run import Leg
from shared_db.tool_connection import ToolConnection

_PUBLISHES = """
SELECT pubinsert OR pubupdate OR pubdelete OR pubtruncate AS anything
  FROM pg_publication
 WHERE pubname = %s
"""


def mute(connection: ToolConnection, leg: Leg) -> None:
    """Publish nothing of what is written from now on at the leg's source."""
    _publish(connection, leg, "")


def unmute(connection: ToolConnection, leg: Leg) -> None:
    """Publish what is written from now on; a new home needs it before its first write."""
    _publish(connection, leg, EVERYTHING)


def publish_at_home_only(opened: OpenRun, *, origin: bool) -> None:
    """Correct what a command that died has left.

    Args:
        opened: the run.
        origin: whether the home is the origin.
    """
    away = opened.run.leg_from(origin=origin)
    home, other = opened.ends(away)
    unmute(home, away)
    mute(other, opened.run.opposite(away))


def _publish(connection: ToolConnection, leg: Leg, what: str) -> None:
    """Change what is published, where that publication is: without a way back there is none."""
    found = connection.execute(_PUBLISHES, [leg.name]).fetchone()
    if found is not None and bool(found["anything"]) != bool(what):
        connection.execute(
            sql.SQL("ALTER PUBLICATION {name} SET (publish = {what})").format(
                name=sql.Identifier(leg.name), what=sql.Literal(what)
            )
        )
