"""The journal of moves, kept in the database from which a schema moves.

It tells what a run intended and how far it had come. Where it and the rows of ``homes`` differ,
the rows are right: they are part of the commit point, the journal is not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared_db.move.telling import PASSING, Event, Listener
from shared_db.tool_connection import ToolConnection

ENDED = frozenset({"finished", "aborted"})

_COMPARISONS = frozenset({"verify", "compare"})


@dataclass(frozen=True)
class Entry:
    """One run as the journal knows it."""

    run_id: UUID
    service: str
    attempt: int
    phase: str
    plan: dict[str, Any]
    started_at: datetime
    ended_at: datetime | None


def begin(connection: ToolConnection, run_id: UUID, service: str, plan: dict[str, Any]) -> Entry:
    """Write a new run down, with an attempt number that was never used before."""
    row = connection.execute(
        "INSERT INTO shared_db.moves (run_id, service, attempt, phase, plan)"
        " SELECT %s, %s, coalesce(max(attempt), 0) + 1, 'begun', %s"
        "   FROM shared_db.moves WHERE service = %s RETURNING *",
        [run_id, service, Jsonb(plan), service],
    ).fetchone()
    if row is None:
        raise AssertionError("INSERT … RETURNING gave no row")
    return _entry(row)


def enter(connection: ToolConnection, run_id: UUID, phase: str) -> None:
    """Note that the run has come to a phase; a phase that ends it sets ``ended_at``."""
    connection.execute(
        "UPDATE shared_db.moves SET phase = %s, updated_at = clock_timestamp(),"
        " ended_at = CASE WHEN %s THEN clock_timestamp() END WHERE run_id = %s",
        [phase, phase in ENDED, run_id],
    )


def note_plan(connection: ToolConnection, run_id: UUID, plan: dict[str, Any]) -> None:
    """Add to what the run intends or has made."""
    connection.execute(
        "UPDATE shared_db.moves SET plan = plan || %s WHERE run_id = %s", [Jsonb(plan), run_id]
    )


def find(connection: ToolConnection, run_id: UUID) -> Entry | None:
    """The run of that id, None where this database has not begun it."""
    row = connection.execute("SELECT * FROM shared_db.moves WHERE run_id = %s", [run_id]).fetchone()
    return _entry(row) if row else None


def last(connection: ToolConnection, service: str) -> Entry | None:
    """The run of the service that began last in this database, None where none has."""
    row = connection.execute(
        "SELECT * FROM shared_db.moves WHERE service = %s ORDER BY attempt DESC LIMIT 1", [service]
    ).fetchone()
    return _entry(row) if row else None


def events(connection: ToolConnection, run_id: UUID) -> list[Event]:
    """What the run told, oldest first."""
    rows = connection.execute(
        "SELECT event FROM shared_db.move_events WHERE run_id = %s ORDER BY position", [run_id]
    ).fetchall()
    return [row["event"] for row in rows]


def is_compared(told: list[Event], phase: str) -> bool:
    """Whether the rows were compared since the cut that led to a phase.

    Args:
        told: what the run told, oldest first.
        phase: how far it has come; a cut that was given up has led nowhere.
    """
    kind = {"cut": "cut", "ready": "rollback"}.get(phase, "")
    phases = [one for one in told if one["event"] == "phase"]
    compared = True
    for one in phases:
        if (one["phase"], one["state"]) == (kind, "begin"):
            compared = False
        elif one["phase"] in _COMPARISONS and one["state"] == "end":
            compared = True
    return compared


def to_journal(connection: ToolConnection, run_id: UUID) -> Listener:
    """A listener that keeps the events that matter later."""

    def write(event: Event) -> None:
        if event["event"] in PASSING:
            return
        document = json.loads(json.dumps(event, default=str))
        connection.execute(
            "INSERT INTO shared_db.move_events (run_id, event) VALUES (%s, %s)",
            [run_id, Jsonb(document)],
        )

    return write


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        run_id=row["run_id"],
        service=row["service"],
        attempt=row["attempt"],
        phase=row["phase"],
        plan=row["plan"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
    )
