"""The cut: the one transaction that changes where a schema is active.

Everything slow was done before. In the hold, writes wait for: the marker to arrive (all rows are
at the target then), the sequences, the fence, and the commit of the row ``moved``. Until that
commit the source is the home, whatever crashes; after it the target is.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import psycopg

from shared_db.errors import MoveFailed
from shared_db.move.compare import Snapshot
from shared_db.move.cut_attempt import Attempt
from shared_db.move.hold import HoldGivenUp
from shared_db.move.lock_order import LockOrder
from shared_db.move.markers import cut_marker
from shared_db.move.options import MoveOptions
from shared_db.move.points import reach
from shared_db.move.run import Leg, Run


@dataclass(frozen=True)
class Cut:
    """What a cut that was committed leaves for the comparison of the very state that was cut.

    Args:
        began: when writes began to wait, in seconds of ``time.time``.
        ended: when the commit had returned.
        snapshots: of both sides; valid while ``open`` is.
        open: holds the transactions of the snapshots.
        promoted: whether the target is active already; a process may do it if the tool could not.
    """

    began: float
    ended: float
    snapshots: tuple[Snapshot, Snapshot]
    open: ExitStack
    promoted: bool


class Cutter:
    """Carries out attempts at one cut.

    Args:
        run: the move.
        leg: from the home to the next one.
        epoch: the home's epoch now; the next home's is one more.
        options: budget and margin.
    """

    def __init__(self, run: Run, leg: Leg, epoch: int, options: MoveOptions) -> None:
        self._run = run
        self._leg = leg
        self._epoch = epoch
        self._options = options
        self._marker = cut_marker(epoch + 1)
        self._order = LockOrder()

    def attempt(self) -> Cut:
        """One attempt.

        Raises:
            HoldGivenUp: nothing has changed.
            MoveFailed: the definitions differ, or the home's row is not this run's.
        """
        with ExitStack() as stack, ThreadPoolExecutor(max_workers=1) as beside:
            attempt = Attempt(self._run, self._leg, stack)
            attempt.prepare(self._options, self._order)
            backend = attempt.backend
            began = time.time()
            try:
                attempt.hold(self._marker, self._options, beside)
                attempt.fence_and_commit(self._epoch)
            except psycopg.Error as error:
                self._order.learn(error, backend)
                raise attempt.undo(self._marker, error, began) from error
            except HoldGivenUp as error:
                raise attempt.undo(self._marker, str(error), began) from error
            except MoveFailed as error:
                if attempt.is_decided:
                    attempt.undo(self._marker, str(error), began)
                raise
            ended = time.time()
            reach("after:commit")
            promoted = attempt.promote(self._epoch + 1)
            reach("after:promote")
            kept = stack.pop_all()
        return Cut(began, ended, attempt.snapshots, kept, promoted)
