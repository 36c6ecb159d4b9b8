"""This project's copy, under the snapshot of an exported slot, as a move makes it."""

from __future__ import annotations

from shared_db.move.copy.copying import copy_schema
from shared_db.move.run import Leg
from shared_db.move.slot import drop_slot, exported_slot
from shared_db.move.subject import connect

from tests.performance.move.contender import Ground, programs
from tests.performance.move.dataset import SCHEMA

_SLOT = "bench_move_ours"


class OurCopy:
    """``copy_schema``: from the slot to the last statistics and the comparison of definitions."""

    name = "ours"
    how = "copy_schema, with the slot, ANALYZE and the comparison of definitions"

    def copy(self, ground: Ground) -> None:
        """Copy under a slot's snapshot."""
        leg = Leg(ground.source_side, ground.target_side, _SLOT)
        with exported_slot(leg.source, _SLOT, "bench", patience=10) as snapshot:
            copy_schema(
                programs(),
                leg,
                SCHEMA,
                snapshot,
                run_id="bench",
                jobs=ground.jobs,
                progress=lambda _done, _total: None,
            )

    def clean(self, ground: Ground) -> None:
        """Drop the slot from which a target would follow."""
        with connect(ground.source_side) as connection:
            drop_slot(connection, _SLOT)
