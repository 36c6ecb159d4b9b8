"""Following: the target applies what is written at the source."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

from shared_db.errors import MoveFailed
from shared_db.move.markers import marker_seen, write_marker
from shared_db.move.replication import apply_failure, lag_bytes
from shared_db.move.run import Leg
from shared_db.tool_connection import ToolConnection

_MARKER = "follow"
_POLL = 0.05
_CLOSE = 0.2


def catch_up(
    leg: Leg,
    source: ToolConnection,
    target: ToolConnection,
    *,
    run_id: UUID,
    patience: float,
    progress: Callable[[int], None],
) -> None:
    """Wait until a marker arrives within a moment, so that a hold will be short.

    Args:
        leg: the direction.
        source: a connection to its source.
        target: a connection to its target.
        run_id: the run.
        patience: seconds without progress after which replication counts as broken.
        progress: told of the bytes that the target is behind.

    Raises:
        MoveFailed: the slot is lost, or nothing has arrived for ``patience`` seconds.
    """
    while True:
        noted = write_marker(source, run_id, _MARKER)
        began = time.monotonic()
        least, changed = None, began
        while not marker_seen(target, run_id, _MARKER, noted):
            lag = lag_bytes(source, leg)
            if lag is None:
                raise MoveFailed(
                    f"The replication slot {leg.name} at {leg.source.tool} is lost, rows are "
                    "missing at the target: run `shared-db move resume`, which copies anew, or "
                    "abort. Raise max_slot_wal_keep_size if it was invalidated."
                )
            progress(lag)
            if least is None or lag < least:
                least, changed = lag, time.monotonic()
            if time.monotonic() - changed > patience:
                raise MoveFailed(_stuck(leg, target, patience, lag))
            time.sleep(_POLL)
        if time.monotonic() - began < _CLOSE:
            progress(0)
            return


def _stuck(leg: Leg, target: ToolConnection, patience: float, lag: int) -> str:
    reason = apply_failure(target, leg) or "its worker does not reach the source, or is blocked"
    return (
        f"{leg.target.tool} has applied nothing for {patience:.0f} s and is {lag} bytes behind "
        f"({reason}): see that server's log and the network between the servers, then run "
        "`shared-db move resume`."
    )
