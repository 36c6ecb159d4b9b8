"""What reads show of payments, against what their client knew and had asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rehearsal.exchanged import IntentSeen
from rehearsal.history.finding import Fault, Finding
from rehearsal.history.progress import known_before, possible_until, progress_of
from rehearsal.history.story import History, Story
from rehearsal.records import FINAL, Record


def check_payments(history: History) -> Iterator[Finding]:
    """Stale and lost states, states that nobody asked for, and payments made twice."""
    for story in history.stories.values():
        for record, seen in story.seen:
            yield from _compare(story, record, seen)
    yield from _not_found(history)
    yield from _made_unasked(history)
    for client, creations in history.creations.items():
        if client not in history.read_back:
            yield Finding(
                Fault.UNCHECKED,
                f"client {client}",
                tuple(record.n for record in creations[:1]),
                "the client's payments were not read back to the end after the run",
            )


def behind(record: Record) -> Fault:
    """What it means that a read shows too little: after the run nothing more will come."""
    return Fault.LOST if record.phase == FINAL else Fault.STALE_READ


def _compare(story: Story, record: Record, seen: IntentSeen) -> Iterator[Finding]:
    thing = f"payment intent {story.id}"
    sent = story.created.sent
    if (seen.amount, seen.currency) != (sent.amount, sent.currency):
        sentence = (
            f"created with {sent.amount} {sent.currency}, shown with {seen.amount} {seen.currency}"
        )
        yield Finding(Fault.CHANGED, thing, (story.created.n, record.n), sentence)
    floor, ceiling = known_before(story, record), possible_until(story, record)
    shown = progress_of(seen, floor)
    if shown is None:
        sentence = f"shown as {seen.status}, which nobody asked for"
        yield Finding(Fault.CHANGED, thing, (record.n,), sentence)
    elif shown.behind(floor):
        sentence = f"known to be {floor}; {record.kind} showed it {shown}"
        yield Finding(behind(record), thing, (record.n,), sentence)
    elif ceiling.behind(shown):
        twice = shown.refunded > ceiling.refunded or shown.captured > ceiling.captured
        fault = Fault.DUPLICATED if twice else Fault.CHANGED
        sentence = f"asked for was no more than {ceiling}; {record.kind} showed it {shown}"
        yield Finding(fault, thing, (record.n,), sentence)


def _not_found(history: History) -> Iterator[Finding]:
    for record in history.of_kind("get"):
        story = history.stories.get(record.sent.intent)
        if record.status == 404 and story and story.created.ended <= record.started:
            yield Finding(
                behind(record),
                f"payment intent {story.id}",
                (story.created.n, record.n),
                "it had been created, and was not found",
            )


def _made_unasked(history: History) -> Iterator[Finding]:
    """Intents that carry the key of a request which has made another, or was refused."""
    asked = {
        record.sent.key: record for creations in history.creations.values() for record in creations
    }
    made: defaultdict[str, set[str]] = defaultdict(set)
    for story in history.stories.values():
        made[story.created.sent.key].add(story.id)
    found: set[str] = set()
    for record, seen in history.unknown:
        creation = asked.get(seen.request)
        if creation is None or seen.id in found:
            continue  # of an earlier run, or told already
        made[seen.request].add(seen.id)
        if len(made[seen.request]) > 1 or creation.refused:
            found.add(seen.id)
            yield Finding(
                Fault.DUPLICATED,
                f"payment intent {seen.id}",
                (creation.n, record.n),
                f"the request {creation.n} made it besides what it was acknowledged for",
            )
