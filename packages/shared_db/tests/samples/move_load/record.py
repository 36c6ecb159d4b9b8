"""What one writer was told, and what it could not be told."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Record:
    """The fate of a writer's writes, by their numbers.

    Args:
        writer: the writer's own number.
        acknowledged: their COMMIT was answered.
        unknown: the connection dropped during COMMIT; never repeated.
        fenced: how often a write met a fence.
        dropped: how often the connection was lost.
        stale: reads that were older than what had been acknowledged before.
        errors: what ended a write for another reason.
        longest: seconds from when a write was due until it was acknowledged, at worst.
    """

    writer: int
    acknowledged: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    fenced: int = 0
    dropped: int = 0
    stale: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    longest: float = 0.0

    @property
    def possible(self) -> set[int]:
        """Writes that may be there."""
        return self.acknowledged | self.unknown
