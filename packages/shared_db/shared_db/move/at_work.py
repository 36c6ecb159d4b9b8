"""Which command works on a run: noted in the journal, so that another one can name it.

The advisory lock tells whether one is at work, the note tells which. A command that takes over
notes itself before it ends the other one's connections; that one then finds that it was replaced.
"""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg

from shared_db.errors import DatabaseUnavailable
from shared_db.move import journal
from shared_db.move.run import Run
from shared_db.move.subject import connect
from shared_db.tool_connection import ToolConnection

_ALONE = "SELECT pg_try_advisory_lock(hashtextextended('shared_db.move:' || %s, 0)) AS mine"

_HELD = """
SELECT EXISTS (
    SELECT FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND objsubid = 1
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND ((classid::bigint << 32) | objid::bigint)
           = hashtextextended('shared_db.move:' || %s, 0)
) AS held
"""

_KEY = "command"


def is_alone(origin: ToolConnection, name: str) -> bool:
    """Whether no other command works on a move of it; as long as the connection is open."""
    row = origin.execute(_ALONE, [name]).fetchone()
    return bool(row and row["mine"])


def note(origin: ToolConnection, run_id: UUID) -> str:
    """Write into the journal that this process works on the run.

    Returns:
        What tells this note from all others.
    """
    token = str(uuid4())
    command = {
        "token": token,
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "since": datetime.now(UTC).isoformat(" ", "seconds"),
    }
    journal.note_plan(origin, run_id, {_KEY: command})
    return token


def running(run: Run) -> str:
    """The command that works on the run now, as sentences name it; empty if none does."""
    with connect(run.origin) as origin:
        row = origin.execute(_HELD, [run.subject.name]).fetchone()
        if not (row and row["held"]):
            return ""
        return noted(origin, run.run_id)


def noted(origin: ToolConnection, run_id: UUID) -> str:
    """The command that worked on the run last, as sentences name it."""
    return _sentence(_note(origin, run_id))


def replaced_by(run: Run, token: str) -> str:
    """The command that has taken over since the note of that token, empty where none has."""
    try:
        with connect(run.origin) as origin:
            found = _note(origin, run.run_id)
    except (DatabaseUnavailable, psycopg.Error):
        return ""
    return _sentence(found) if found and found["token"] != token else ""


def _note(origin: ToolConnection, run_id: UUID) -> dict[str, Any]:
    entry = journal.find(origin, run_id)
    found: dict[str, Any] = entry.plan.get(_KEY, {}) if entry else {}
    return found


def _sentence(found: dict[str, Any]) -> str:
    if not found:
        return "of an unknown process"
    return f"process {found['pid']} on {found['host']}, since {found['since']}"
