"""An obstacle: what stands in the way of a move, which objects, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shared_db.check.finding import Verdict


@dataclass(frozen=True)
class Obstacle:
    """One thing that ``move check`` found.

    Args:
        code: a stable name for programs.
        verdict: whether it blocks the move, is a risk, or merely worth knowing.
        objects: the objects concerned, qualified and quoted as SQL wants them.
        sentence: what was found.
        remedy: what to do; statements and commands stand between backticks.
    """

    code: str
    verdict: Verdict
    objects: tuple[str, ...]
    sentence: str
    remedy: str

    def as_json(self) -> dict[str, Any]:
        """The obstacle for programs."""
        return {
            "code": self.code,
            "verdict": self.verdict.value,
            "objects": list(self.objects),
            "sentence": self.sentence,
            "remedy": self.remedy,
        }


def may_start(obstacles: Iterable[Obstacle]) -> bool:
    """Whether a move may start: nothing blocks it."""
    return all(obstacle.verdict is not Verdict.BLOCKS for obstacle in obstacles)
