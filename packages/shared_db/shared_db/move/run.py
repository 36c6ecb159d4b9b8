"""One move from its begin to its end: its id, its two databases, the names of what it makes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from shared_db.move.subject import Side, Subject


@dataclass(frozen=True)
class Leg:
    """One direction in which rows flow: from the home to the database that follows it.

    Args:
        source: the home, where rows are written.
        target: the database that follows.
        name: publication, slot and subscription of this direction.
    """

    source: Side
    target: Side
    name: str


@dataclass(frozen=True)
class Run:
    """A move of one schema between two databases.

    Args:
        run_id: told apart from every other attempt by this alone.
        attempt: how many moves of this schema began at ``origin`` before, plus one.
        subject: what moves.
        origin: where the schema was active when the move began.
        target: where it goes.
        epoch: the origin's epoch when the move began.
        created_database: whether the move made the target's database.
    """

    run_id: UUID
    attempt: int
    subject: Subject
    origin: Side
    target: Side
    epoch: int
    created_database: bool = False

    @property
    def forward(self) -> Leg:
        """From the origin to the target."""
        return Leg(self.origin, self.target, self._name("forward"))

    @property
    def reverse(self) -> Leg:
        """From the target back to the origin, for the way back."""
        return Leg(self.target, self.origin, self._name("reverse"))

    def leg_from(self, *, origin: bool) -> Leg:
        """The direction away from the origin, or the one back."""
        return self.forward if origin else self.reverse

    def opposite(self, leg: Leg) -> Leg:
        """The other one of the two directions."""
        return self.reverse if leg.name == self.forward.name else self.forward

    def _name(self, direction: str) -> str:
        return leg_name(self.run_id, direction)


def leg_name(run_id: UUID, direction: str) -> str:
    """How publication, slot and subscription of a run's direction are called."""
    return f"shared_db_{run_id.hex[:20]}_{direction}"
