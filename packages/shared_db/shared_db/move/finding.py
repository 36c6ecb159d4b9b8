"""Beginning a run, and finding the one that has not ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg

from shared_db.errors import DatabaseUnavailable, MoveRefused, SharedDbError
from shared_db.homes import HomeRow
from shared_db.move import journal
from shared_db.move.homes import read_row
from shared_db.move.journal import Entry
from shared_db.move.parties import Parties
from shared_db.move.run import Run
from shared_db.move.subject import Side, connect
from shared_db.tool_connection import ToolConnection

_BEGINS = "SELECT pg_try_advisory_lock(hashtextextended('shared_db.begin:' || %s, 0)) AS mine"

_OPEN = """
SELECT run_id FROM shared_db.moves
 WHERE service = %s AND ended_at IS NULL
 ORDER BY attempt DESC LIMIT 1
"""


def begin_run(parties: Parties) -> Run:
    """Write a new run into the journal of the home.

    Raises:
        MoveRefused: the schema is where it should be, or another move of it has not ended.
    """
    home, destination = parties.home(), parties.destination()
    subject = parties.subject
    if home.address.place == destination.address.place:
        raise MoveRefused(
            f"{subject.name} lives at {home.address} already: set where it should live, then "
            "start the move."
        )
    with connect(home) as source:
        if not _is_first(source, subject.name):
            raise MoveRefused(
                f"Another command begins a move of {subject.name} just now: see `shared-db move "
                "status`."
            )
        parties.lay_out_origin(home)
        unfinished = find_run(parties)
        if unfinished is not None:
            raise MoveRefused(
                f"A move of {subject.name} from {unfinished[0].origin.address} to "
                f"{unfinished[0].target.address} has not ended (phase {unfinished[1].phase}): "
                "resume, finish or abort it first."
            )
        row = read_row(source, subject.name)
        plan = {
            "origin": home.address.as_json(),
            "target": destination.address.as_json(),
            "created_database": not parties.exists(destination),
            "epoch": row.epoch if row else 1,
        }
        entry = journal.begin(source, uuid4(), subject.name, plan)
        try:
            parties.house(destination)
        except SharedDbError:
            journal.enter(source, entry.run_id, "aborted")
            raise
    return _run(parties, entry)


def find_run(parties: Parties) -> tuple[Run, Entry] | None:
    """The run of the schema that has not ended, None where there is none.

    The home's row names it and the other database; where the row does not, as after an abort that
    could not reach the target, the journal does.
    """
    home = parties.home()
    with connect(home) as connection:
        row = _row(connection, parties.subject.name)
        if row is not None and row.run_id is not None:
            found = _entry(connection, row.run_id) or _elsewhere(parties, row)
        else:
            found = _open_entry(connection, parties.subject.name)
    return (_run(parties, found), found) if found else None


def was_finished(parties: Parties) -> bool:
    """Whether the last move was finished, as far as the known databases that answer can tell."""
    entries = []
    for side in parties.places():
        try:
            with connect(side) as connection:
                entries.append(journal.last(connection, parties.subject.name))
        except (
            DatabaseUnavailable,
            psycopg.errors.UndefinedTable,
            psycopg.errors.InvalidSchemaName,
        ):
            continue
    known = [entry for entry in entries if entry is not None]
    return bool(known) and max(known, key=lambda one: one.started_at).phase == "finished"


def existing_run(parties: Parties) -> tuple[Run, Entry]:
    """The run that has not ended.

    Raises:
        MoveRefused: there is none.
    """
    found = find_run(parties)
    if found is None:
        raise MoveRefused(
            f"No move of {parties.subject.name} is under way: begin one with "
            f"{parties.subject.command('start')}."
        )
    return found


def _is_first(home: ToolConnection, service: str) -> bool:
    """Whether no other command begins a move of it now; as long as the connection is open."""
    row = home.execute(_BEGINS, [service]).fetchone()
    return bool(row and row["mine"])


def _row(connection: ToolConnection, service: str) -> HomeRow | None:
    try:
        return read_row(connection, service)
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return None


def _entry(connection: ToolConnection, run_id: UUID) -> Entry | None:
    return journal.find(connection, run_id)


def _elsewhere(parties: Parties, row: HomeRow) -> Entry | None:
    """After the cut the journal is at the former home, which the row names as its peer."""
    if row.peer is None or row.run_id is None:
        return None
    place = {"host": row.peer.host, "port": row.peer.port, "database": row.peer.database}
    with connect(parties.side(place)) as connection:
        return journal.find(connection, row.run_id)


def _open_entry(connection: ToolConnection, service: str) -> Entry | None:
    try:
        row = connection.execute(_OPEN, [service]).fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return None
    return journal.find(connection, row["run_id"]) if row else None


def _run(parties: Parties, entry: Entry) -> Run:
    plan: dict[str, Any] = entry.plan
    origin: Side = parties.side(plan["origin"])
    return Run(
        run_id=entry.run_id,
        attempt=entry.attempt,
        subject=parties.subject,
        origin=origin,
        target=parties.side(plan["target"]),
        epoch=int(plan["epoch"]),
        created_database=bool(plan["created_database"]),
    )
