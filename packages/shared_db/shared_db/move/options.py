"""What an operator may set for a move."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MoveOptions:
    """How a move is carried out.

    Args:
        hold_budget: seconds for which writes may wait; a cut that takes longer undoes itself.
        attempts: how often a hold is tried before giving up.
        jobs: connections that copy, build indexes and compare at the same time; one rests in
            between (``pacing``), more are faster where the servers have cores to spare.
        warm_patience: seconds to wait until every process has warmed its new connections.
        lag_patience: seconds without any progress of replication after which it has failed.
        slot_patience: seconds to wait for old transactions that block the slot.
        margin: values by which sequences of the new home are ahead.
        force: cut although processes are not warm or the rehearsed hold was over the budget.
        before_cut: a shell command run before the cut, such as a pooler's PAUSE.
        after_cut: a shell command run after it, also when the cut was given up.
    """

    hold_budget: float = 0.1
    attempts: int = 20
    jobs: int = 1
    warm_patience: float = 30.0
    lag_patience: float = 60.0
    slot_patience: float = 60.0
    margin: int = 1000
    force: bool = False
    before_cut: str = ""
    after_cut: str = ""
