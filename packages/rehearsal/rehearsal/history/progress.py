"""How far a payment has come: states only ever go forward in this traffic."""

from __future__ import annotations

from dataclasses import dataclass

from rehearsal.exchanged import IntentSeen
from rehearsal.history.outcome import Outcome
from rehearsal.history.story import Story
from rehearsal.records import Record

_STAGES = {
    "requires_payment_method": 0,
    "requires_confirmation": 0,
    "requires_capture": 2,
    "succeeded": 4,
}
_REACHES = {"confirm": 2, "capture": 4}
_PROCESSING = "processing"
_IN_WORDS = ("created", "being confirmed", "authorised", "being captured", "captured")


@dataclass(frozen=True)
class Progress:
    """A state as numbers that only rise.

    Args:
        stage: 0 created, 2 authorised, 4 captured; odd while the provider is asked.
        captured: in minor units.
        refunded: in minor units.
    """

    stage: int = 0
    captured: int = 0
    refunded: int = 0

    def __str__(self) -> str:
        return f"{_IN_WORDS[self.stage]}, captured {self.captured}, refunded {self.refunded}"

    def behind(self, other: Progress) -> bool:
        """Whether it lacks something of ``other``."""
        return (
            self.stage < other.stage
            or self.captured < other.captured
            or self.refunded < other.refunded
        )

    def joined(self, other: Progress) -> Progress:
        """What both together tell."""
        return Progress(
            max(self.stage, other.stage),
            max(self.captured, other.captured),
            max(self.refunded, other.refunded),
        )


def progress_of(seen: IntentSeen, floor: Progress) -> Progress | None:
    """The progress that a reply showed; None for a state that this traffic never leads to.

    ``processing`` is the step after whatever was known before.
    """
    if seen.status == _PROCESSING:
        return Progress(1 if floor.stage < 2 else 3, seen.captured, seen.refunded)
    stage = _STAGES.get(seen.status)
    return None if stage is None else Progress(stage, seen.captured, seen.refunded)


def known_before(story: Story, read: Record) -> Progress:
    """What the client had been told when it started the read.

    What a ``processing`` means that was shown then is told by what was known when it was asked
    for: a read beside a confirm may end after it and show the state before.
    """
    known = Progress()
    for record, seen in story.seen:
        if record.ended <= read.started and record is not read:
            floor = known_before(story, record) if seen.status == _PROCESSING else known
            known = known.joined(progress_of(seen, floor) or known)
    done = story.of("refund", Outcome.DONE)
    returned = sum(refund.sent.amount for refund in done if refund.ended <= read.started)
    return known.joined(Progress(refunded=returned))


def possible_until(story: Story, read: Record) -> Progress:
    """The most that requests started before the read's end can have led to."""
    asked = [s for s in story.steps if s.started < read.ended and not s.refused]
    captures = [s.sent.amount for s in asked if s.kind == "capture"]
    return Progress(
        max((_REACHES.get(s.kind, 0) for s in asked), default=0),
        max(captures, default=0),
        sum(s.sent.amount for s in asked if s.kind == "refund"),
    )
