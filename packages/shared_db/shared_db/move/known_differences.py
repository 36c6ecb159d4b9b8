"""What the comparisons of a run have found, which the next cut must not carry along."""

from __future__ import annotations

from collections.abc import Iterable

from shared_db.errors import MoveRefused
from shared_db.move import journal
from shared_db.move.compare import comparable_tables
from shared_db.move.opened import OpenRun
from shared_db.move.telling import Event

_UNDOES = {"cut": "rollback", "rollback": "cut"}


def refuse_known_differences(opened: OpenRun, kind: str) -> None:
    """See that no table differed when it was last compared.

    What the comparison of a cut found first is no reason against undoing that cut: it shows that
    the rows of its target were wrong, and those of its source are right.

    Args:
        opened: the run; its journal knows the comparisons, also those that were interrupted.
        kind: ``cut`` or ``rollback``, the cut that is about to be made.

    Raises:
        MoveRefused: with the tables; an equal comparison clears it, ``--force`` does not.
    """
    found = found_by(journal.events(opened.origin, opened.run.run_id))
    schema = opened.run.subject.schema
    present = {str(table) for table in comparable_tables(opened.origin, schema)}
    known = sorted(table for table, by in found.items() if by != _UNDOES[kind] and table in present)
    if known:
        end = "abort" if kind == "cut" else "finish"
        raise MoveRefused(
            f"Rows of {', '.join(known)} differed between {opened.run.origin.tool} and "
            f"{opened.run.target.tool} when they were last compared: put them right and run "
            f"{opened.run.subject.command('verify')}, or {end} the move."
        )


def found_by(events: Iterable[Event]) -> dict[str, str]:
    """The tables that differed when last compared, and which comparison found it first.

    Args:
        events: what the run told, oldest first.

    Returns:
        ``verify``, ``cut`` or ``rollback`` by table.
    """
    found: dict[str, str] = {}
    for event in events:
        if event["event"] != "table":
            continue
        if event["equal"]:
            found.pop(event["table"], None)
        else:
            found.setdefault(event["table"], event["kind"])
    return found
