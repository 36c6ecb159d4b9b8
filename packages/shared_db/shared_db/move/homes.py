"""The rows of ``homes`` during a move: who holds the schema, who stands by, for which run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared_db.errors import MoveFailed, MoveRefused
from shared_db.homes import HomeRow, State, parse_row
from shared_db.move.run import Run
from shared_db.move.subject import Side, Subject
from shared_db.tool_connection import ToolConnection

_READ = """
SELECT h.state, h.epoch, h.run_id, h.peer, h.moved_to, i.id AS identity, i.project
  FROM shared_db.homes AS h
 CROSS JOIN shared_db.identity AS i
 WHERE h.service = %s
"""

_STAND_BY = """
INSERT INTO shared_db.homes
       (service, epoch, run_id, state, peer, schema_name, login_roles, owner_role)
VALUES (%(service)s, %(epoch)s, %(run_id)s, 'standby', %(peer)s,
        %(schema)s, %(roles)s, %(owner)s)
    ON CONFLICT (service) DO UPDATE
   SET epoch = EXCLUDED.epoch, run_id = EXCLUDED.run_id, state = 'standby',
       peer = EXCLUDED.peer, moved_to = NULL, login_roles = EXCLUDED.login_roles
 WHERE homes.state = 'moved'
    OR (homes.state = 'standby' AND homes.run_id = EXCLUDED.run_id)
"""


@dataclass(frozen=True)
class Rows:
    """What both databases of a run say; None where a database has no row or cannot be asked."""

    origin: HomeRow | None
    target: HomeRow | None

    @property
    def at_origin(self) -> bool:
        """Whether the schema is active where the move began."""
        return self.origin is not None and self.origin.state is State.ACTIVE


def read_row(connection: ToolConnection, service: str) -> HomeRow | None:
    """What the database says about the service, None where it says nothing."""
    row = connection.execute(_READ, [service]).fetchone()
    return parse_row(row) if row else None


def identity_of(connection: ToolConnection) -> UUID:
    """The database's own id."""
    row = connection.execute("SELECT id FROM shared_db.identity").fetchone()
    if row is None:
        raise MoveFailed("shared_db.identity is empty: run `shared-db apply`.")
    identity: UUID = row["id"]
    return identity


def place_of(connection: ToolConnection, side: Side) -> dict[str, Any]:
    """The database as another one's row names it: its identity and the address of services."""
    return {"identity": str(identity_of(connection)), **side.address.as_json()}


def stand_by(connection: ToolConnection, run: Run, *, epoch: int, peer: dict[str, Any]) -> None:
    """Make the database a standby of the run.

    Raises:
        MoveRefused: the schema is active there, or it stands by for another run.
    """
    subject = run.subject
    values = {
        "service": subject.name,
        "epoch": epoch,
        "run_id": run.run_id,
        "peer": Jsonb(peer),
        "schema": subject.schema,
        "roles": list(subject.roles),
        "owner": subject.owner,
    }
    if connection.execute(_STAND_BY, values).rowcount != 1:
        raise MoveRefused(
            f"{subject.name} is active at the target, or stands by there for another run: run "
            "`shared-db move status`, then abort that run."
        )


def claim(connection: ToolConnection, run: Run, *, peer: dict[str, Any]) -> int:
    """Mark the active row as moving in this run.

    Returns:
        The home's epoch, which rises with each cut of the run.

    Raises:
        MoveRefused: it is not active here any more, or another run has it.
    """
    found = connection.execute(
        "UPDATE shared_db.homes SET run_id = %s, peer = %s"
        " WHERE service = %s AND state = 'active' AND (run_id IS NULL OR run_id = %s)"
        " RETURNING epoch",
        [run.run_id, Jsonb(peer), run.subject.name, run.run_id],
    ).fetchone()
    if found is None:
        raise MoveRefused(
            f"{run.subject.name} is not active at {run.origin.address}, or another move of it has "
            "not ended: run `shared-db move status`, then resume, finish or abort that one."
        )
    return int(found["epoch"])


def release(connection: ToolConnection, service: str, run_id: UUID) -> None:
    """Take the run off the active row; after this nothing of the run can pass its commit point."""
    with connection.transaction():
        connection.execute("SELECT FROM shared_db.homes WHERE service = %s FOR UPDATE", [service])
        connection.execute(
            "UPDATE shared_db.homes SET run_id = NULL, peer = NULL"
            " WHERE service = %s AND state = 'active' AND run_id = %s",
            [service, run_id],
        )


def forget_standby(connection: ToolConnection, subject: Subject, run_id: UUID) -> None:
    """Remove the row of a target that will not become the home."""
    connection.execute(
        "DELETE FROM shared_db.homes WHERE service = %s AND run_id = %s"
        " AND state IN ('standby', 'moved')",
        [subject.name, run_id],
    )
