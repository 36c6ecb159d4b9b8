"""What a test of a fault tells: which fault, in which phase, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Outcome:
    """Filled in by the test while it runs.

    Args:
        fault: what was done to the move.
        phase: the phase of the move in which it was done.
        sentence: how it ended.
    """

    fault: str = ""
    phase: str = ""
    sentence: str = ""

    def of(self, fault: str, phase: str) -> None:
        """Name the fault and its phase, before the harm is done."""
        self.fault, self.phase = fault, phase

    def ended(self, how: str, *steps: str) -> None:
        """Say how it ended, and what an operator had to run."""
        self.sentence = f"{how}: {', '.join(steps)}" if steps else how
