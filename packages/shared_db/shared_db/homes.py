"""The actual placement: what a database's ``shared_db.homes`` says about a service."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared_db.address import Address

READ_HOME = """
SELECT h.state, h.epoch, h.run_id, h.peer, h.moved_to, i.id AS identity, i.project
  FROM shared_db.homes AS h
 CROSS JOIN shared_db.identity AS i
 WHERE h.service = $1
"""

LOCK_HOME_SHARED = "SELECT pg_advisory_xact_lock_shared(shared_db.lock_key($1))"


class State(StrEnum):
    """What a database is to a service."""

    ACTIVE = "active"
    STANDBY = "standby"
    MOVED = "moved"


@dataclass(frozen=True)
class Place:
    """Another database as a row of ``homes`` names it: its identity and where it was reached."""

    identity: UUID
    host: str
    port: int
    database: str

    def address(self, like: Address) -> Address:
        """Its address, with the connection options of ``like`` (a row keeps none)."""
        return replace(like, host=self.host, port=self.port, database=self.database)


@dataclass(frozen=True)
class HomeRow:
    """One row of ``shared_db.homes`` with the identity of the database that holds it."""

    state: State
    epoch: int
    run_id: UUID | None
    peer: Place | None
    moved_to: Place | None
    identity: UUID
    project: str


@dataclass(frozen=True)
class Absent:
    """The database does not exist, or knows nothing of the service."""

    reason: str


@dataclass(frozen=True)
class Unreachable:
    """Nobody could be asked there."""

    reason: str


class PromotionRefused(Exception):
    """A standby could not be made the home now; it may be possible a moment later."""


Finding = HomeRow | Absent | Unreachable


@dataclass(frozen=True)
class Home:
    """The database in which a service's schema is active.

    Args:
        service: the service's name.
        epoch: how often its home has changed.
        address: where it was reached.
        identity: the database's own id, whatever address leads to it.
        notice: a sentence for the operator when configuration and home differ, else empty.
    """

    service: str
    epoch: int
    address: Address
    identity: UUID
    notice: str = ""


def parse_row(row: Any) -> HomeRow:
    """Make a ``HomeRow`` of a record of ``READ_HOME`` (asyncpg's or psycopg's mapping)."""
    return HomeRow(
        state=State(row["state"]),
        epoch=row["epoch"],
        run_id=row["run_id"],
        peer=_place(row["peer"]),
        moved_to=_place(row["moved_to"]),
        identity=row["identity"],
        project=row["project"],
    )


def finding_of(row: Any, service: str, project: str) -> Finding:
    """What the record of ``READ_HOME`` means; another project's home is none of ours."""
    if row is None:
        return Absent(f"it houses no {service}")
    parsed = parse_row(row)
    if parsed.project != project:
        return Absent(f"it belongs to the project {parsed.project!r}")
    return parsed


def _place(value: Any) -> Place | None:
    if value is None:
        return None
    fields = json.loads(value) if isinstance(value, str) else value
    return Place(
        identity=UUID(fields["identity"]),
        host=fields["host"],
        port=fields["port"],
        database=fields["database"],
    )
