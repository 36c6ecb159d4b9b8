"""Whether the origin still follows the home that the schema has been cut over to."""

from __future__ import annotations

from shared_db.errors import MoveRefused
from shared_db.move.opened import OpenRun
from shared_db.move.replication import lag_bytes
from shared_db.move.starting import has_way_back


def refuse_lost_way_back(opened: OpenRun) -> None:
    """See before a cut that there will be a way back, where the servers allow one.

    Raises:
        MoveRefused: the slot from which the origin would follow is lost.
    """
    run = opened.run
    if has_way_back(opened) and lag_bytes(opened.target, run.reverse) is None:
        raise MoveRefused(
            f"The replication slot {run.reverse.name} at {run.target.tool} is lost, so that there "
            "would be no way back: run `shared-db move resume`, which lays it anew, then cut over. "
            "Raise max_slot_wal_keep_size there if it was invalidated."
        )


def refuse_without_way_back(opened: OpenRun) -> None:
    """See that the origin has all that was written since the cut, or will have it.

    Raises:
        MoveRefused: it never followed, or the slot from which it did is lost.
    """
    run = opened.run
    rest = (
        "There is nothing to roll back to or to compare with. Finish the move; to go back, start "
        "another one."
    )
    if not has_way_back(opened):
        raise MoveRefused(
            f"There is no way back to {run.origin.address}: PostgreSQL before 16 cannot follow its "
            f"successor. {rest}"
        )
    if lag_bytes(opened.target, run.reverse) is None:
        raise MoveRefused(
            f"There is no way back to {run.origin.address} any more: its replication slot "
            f"{run.reverse.name} at {run.target.tool} is lost, and with it what was written since. "
            f"{rest}"
        )
