"""A pooler between this tool and a database."""

from __future__ import annotations

from collections.abc import Iterator

from shared_db.check.finding import Verdict
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.server import SideName
from shared_db.move.subject import Side
from shared_db.tool_connection import ToolConnection


def find_tool_pooler(connection: ToolConnection, side: SideName) -> Iterator[Obstacle]:
    """Whether the process that serves the connection is the one that was announced at its begin.

    A pooler announces a key of its own ("BackendKeyData" in the Frontend/Backend Protocol chapter
    of the Postgres manual). Replication and session locks do not pass it.
    """
    row = connection.execute("SELECT pg_backend_pid() AS pid").fetchone()
    if row is not None and row["pid"] != connection.info.backend_pid:
        yield Obstacle(
            "pooler",
            Verdict.BLOCKS,
            (),
            f"The tool reaches the {side} through a pooler: replication does not pass it, and "
            "locks of a session would be another's.",
            f"Give the tool the server's own host and port for the {side}; the server tells its "
            "port with `SHOW port`.",
        )


def find_services_pooler(side: Side, name: SideName) -> Iterator[Obstacle]:
    """Whether services have another address than the tool, perhaps a pooler's."""
    if side.address.place == side.tool.place:
        return
    yield Obstacle(
        "services-elsewhere",
        Verdict.INFORMS,
        (str(side.address),),
        f"Services reach the {name} at {side.address}, this tool at {side.tool}: if that is a "
        "pooler, it must know the database and the roles before the cut.",
        "Try it as a service's role: "
        f"`psql -h {side.address.host} -p {side.address.port} -d {side.address.database}`.",
    )
