"""The records, sorted by what they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rehearsal.exchanged import IntentSeen
from rehearsal.history.outcome import Outcome, outcome
from rehearsal.records import FINAL, Record

STEPS = ("confirm", "capture", "refund")


@dataclass
class Story:
    """All that the records tell of one payment intent, in the order of their replies.

    Args:
        id: the intent.
        created: the acknowledged request that made it.
        steps: requests to confirm, capture or refund it, answered or not.
        seen: replies that showed it, those of the steps included.
    """

    id: str
    created: Record
    steps: list[Record] = field(default_factory=list)
    seen: list[tuple[Record, IntentSeen]] = field(default_factory=list)

    def of(self, kind: str, result: Outcome) -> list[Record]:
        """The steps of that kind with that outcome."""
        return [step for step in self.steps if step.kind == kind and outcome(step) is result]


@dataclass
class History:
    """The records, indexed.

    Args:
        records: all of them, in the order of their replies.
        stories: by intent.
        creations: create requests by client, acknowledged or not.
        unknown: replies that showed an intent made by no acknowledged request of this history.
        read_back: clients whose payments were listed to the end after the run.
    """

    records: list[Record]
    stories: dict[str, Story] = field(default_factory=dict)
    creations: defaultdict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    unknown: list[tuple[Record, IntentSeen]] = field(default_factory=list)
    read_back: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, records: Iterable[Record]) -> History:
        """Sort the records."""
        history = cls(sorted(records, key=lambda record: record.ended))
        for record in history.records:
            if record.kind == "create":
                history.creations[record.client].append(record)
                if record.shows is not None:
                    made = record.shows.intents[0].id
                    history.stories[made] = Story(made, record)
        for record in history.records:
            history._tell(record)
        return history

    def _tell(self, record: Record) -> None:
        if record.kind == "list" and record.phase == FINAL and record.shows:
            self.read_back |= set() if record.shows.more else {record.client}
        if record.kind in STEPS and record.sent.intent in self.stories:
            self.stories[record.sent.intent].steps.append(record)
        for seen in record.shows.intents if record.shows else ():
            if seen.id in self.stories:
                self.stories[seen.id].seen.append((record, seen))
            elif seen.request:
                self.unknown.append((record, seen))

    def of_kind(self, *kinds: str) -> Iterator[Record]:
        """The records of these kinds."""
        return (record for record in self.records if record.kind in kinds)
