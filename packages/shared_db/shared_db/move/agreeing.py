"""Whether the definitions still agree when the cut is near; they may have changed meanwhile."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

from shared_db.errors import MoveRefused
from shared_db.move.opened import OpenRun
from shared_db.move.programs import find_programs
from shared_db.move.run import Leg
from shared_db.move.schema_dump import inventory, normalised_schema

_PRIVILEGES = re.compile(r"GRANT |REVOKE |ALTER DEFAULT PRIVILEGES |ACL |DEFAULT ACL ")
"""Lines that differ while one of the two is fenced."""


def refuse_changed_definitions(opened: OpenRun, leg: Leg, *, jobs: int) -> None:
    """Compare indexes, constraints, views, functions and all else of both sides.

    Tables and columns are compared once more within the hold; this takes too long for it.

    Raises:
        MoveRefused: they differ.
    """
    run, versions = opened.run, {c.info.server_version // 10000 for c in opened.ends(leg)}
    programs = find_programs(max(versions))
    definitions = normalised_schema if len(versions) == 1 else inventory
    with ThreadPoolExecutor(min(jobs, 2)) as threads:
        source, target = (
            {line for line in lines if not _PRIVILEGES.match(line)}
            for lines in threads.map(
                lambda side: definitions(programs, side, run.subject.schema, run.run_id),
                (leg.source, leg.target),
            )
        )
    if source == target:
        return
    raise MoveRefused(
        f"Definitions of {run.subject.schema} were changed since they were copied: only at "
        f"{leg.source.tool} {sorted(source - target)[:5]}, only at {leg.target.tool} "
        f"{sorted(target - source)[:5]}. Undo the change or make it at both, abort the move, or "
        "cut over with --force."
    )
