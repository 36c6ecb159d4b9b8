"""What a test of a fault tells: which fault, in which phase, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class Outcome:
    """Filled in by the test while it runs.

    Args:
        fault: what was done to the move.
        phase: the phase of the move in which it was done.
        sentence: how it ended.
        steps: what an operator had to run until it had.
    """

    fault: str = ""
    phase: str = ""
    sentence: str = ""
    steps: tuple[str, ...] = ()

    def of(self, fault: str, phase: str) -> None:
        """Name the fault and its phase, before the harm is done."""
        self.fault, self.phase = fault, phase

    def ended(self, how: str, steps: Sequence[str] = ()) -> None:
        """Say how it ended; the steps that an operator had to run are kept beside it."""
        self.sentence, self.steps = how, tuple(steps)

    def led(self, steps: Sequence[str]) -> None:
        """Say how it ended by what an operator had to run."""
        last = steps[-1] if steps else ""
        self.ended(_ENDS.get(last, "nothing was left to do"), steps)


_ENDS = {"finish": "finished", "abort": "undone"}
