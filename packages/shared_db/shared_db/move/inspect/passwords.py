"""Whether subscriptions of a role that is no superuser can log in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared_db.check.finding import Verdict
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.server import SideName
from shared_db.tool_connection import ToolConnection

_ME = """
    SELECT rolsuper AS is_super, quote_ident(rolname) AS me
      FROM pg_roles
     WHERE rolname = current_user
"""


def find_password(
    connection: ToolConnection, other: ToolConnection, side: SideName
) -> Iterator[Obstacle]:
    """A subscription of a role that is no superuser must log in with a password.

    Args:
        connection: where the subscription is made.
        other: the database that it follows, opened with the login that it will use.
        side: which side ``connection`` is.
    """
    row: dict[str, Any] = connection.execute(_ME).fetchone() or {}
    if row["is_super"] or other.pgconn.used_password:
        return
    given = bool(other.info.password)
    yield Obstacle(
        "password-not-asked" if given else "no-password",
        Verdict.WARNS if given else Verdict.BLOCKS,
        (other.info.user,),
        f"A subscription that {row['me']} makes on the {side} must log in with a password, but "
        + (
            "the other server did not ask this tool for one."
            if given
            else f"none is given for {other.info.user} of the other server."
        ),
        f"Let pg_hba.conf there ask for one: `host all {other.info.user} all scram-sha-256`; and "
        "write it into that server's URL.",
    )
