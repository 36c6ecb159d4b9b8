"""A step of the journey, and what must hold in it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.journey.client import JourneyError


@dataclass(frozen=True)
class Step:
    """Something that was done and found to hold.

    Args:
        title: what the client did.
        outcome: what it got.
    """

    title: str
    outcome: str


class DoesNotHold(JourneyError):
    """A reply had the right status but not the promised content."""

    def __init__(self, what: str, found: object) -> None:
        super().__init__(f"This should hold: {what}; found instead: {found!r}.")


def expect(holds: bool, what: str, found: object) -> None:
    """Insist that something holds.

    Raises:
        DoesNotHold: it does not.
    """
    if not holds:
        raise DoesNotHold(what, found)
