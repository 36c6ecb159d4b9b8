"""Whether both sides have the same definitions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from shared_db.errors import MoveFailed
from shared_db.move.programs import Programs
from shared_db.move.run import Leg
from shared_db.move.schema_dump import inventory, normalised_schema
from shared_db.move.subject import connect


def refuse_differences(
    programs: Programs, leg: Leg, schema: str, run_id: object, *, jobs: int
) -> None:
    """Compare the definitions of both sides, read at the same time or, with one job, in turn.

    Raises:
        MoveFailed: they differ.
    """
    definitions = inventory if _versions_differ(leg, run_id) else normalised_schema
    with ThreadPoolExecutor(min(jobs, 2)) as threads:
        source, target = threads.map(
            lambda side: definitions(programs, side, schema, run_id), (leg.source, leg.target)
        )
    if sorted(source) == sorted(target):
        return
    missing = sorted(set(source) - set(target))
    added = sorted(set(target) - set(source))
    raise MoveFailed(
        f"The definitions of {schema} came out different at {leg.target.tool}: missing "
        f"{missing[:5]}, added {added[:5]}. If they were changed at the source meanwhile, run "
        "`shared-db move resume`; else abort the move."
    )


def _versions_differ(leg: Leg, run_id: object) -> bool:
    with connect(leg.source, run_id) as source, connect(leg.target, run_id) as target:
        ours, theirs = source.info.server_version, target.info.server_version
    return ours // 10000 != theirs // 10000
