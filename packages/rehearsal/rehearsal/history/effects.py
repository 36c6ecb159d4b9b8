"""The stored effects of payments against the records: each once, each under its key."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from rehearsal.history.finding import Fault, Finding
from rehearsal.history.outcome import Outcome
from rehearsal.history.stored import Effect, Stored
from rehearsal.history.story import STEPS, History, Story
from rehearsal.records import Record

TABLES = {
    "confirm": ("payment_attempts", "sandbox_operations", "outbox"),
    "capture": (
        "payment_attempts",
        "sandbox_operations",
        "outbox",
        "captures",
        "ledger_transactions",
    ),
    "refund": (
        "payment_attempts",
        "sandbox_operations",
        "outbox",
        "refunds",
        "ledger_transactions",
    ),
}
"""In which tables each step leaves a row."""


def check_effects(history: History, stored: Stored) -> Iterator[Finding]:
    """Steps without their rows, rows without their step, and rows with another amount."""
    found: defaultdict[tuple[str, str, str], list[Effect]] = defaultdict(list)
    for effect in stored.effects:
        found[effect.intent, effect.kind, effect.table].append(effect)
    for story in history.stories.values():
        for kind in STEPS:
            for table in TABLES[kind]:
                yield from _compare(story, kind, table, found[story.id, kind, table])


def _compare(story: Story, kind: str, table: str, rows: list[Effect]) -> Iterator[Finding]:
    """Match rows and steps by their amounts; what is left over on both sides is told."""
    done, open_ = story.of(kind, Outcome.DONE), story.of(kind, Outcome.OPEN)
    left = list(rows)
    missing = [step for step in done if not _take(left, step)]
    possible = [step for step in open_ if _take(left, step)]
    extra = left
    thing = f"payment intent {story.id}"
    for step, row in zip(missing, extra, strict=False):
        sentence = f"{table} {row.id} has the amount {row.amount}, asked for was {step.sent.amount}"
        yield Finding(Fault.CHANGED, thing, (step.n,), sentence)
    for step in missing[len(extra) :]:
        sentence = f"{kind} of {step.sent.amount} was acknowledged and left no row in {table}"
        yield Finding(Fault.LOST, thing, (step.n,), sentence)
    for row in extra[len(missing) :]:
        numbers = tuple(step.n for step in (*done, *possible))
        sentence = f"{table} has a row {row.id} of {row.amount} more than {kind} was asked for"
        yield Finding(Fault.DUPLICATED, thing, numbers, sentence)


def _take(rows: list[Effect], step: Record) -> bool:
    """Take the row that the step has left out of ``rows``; False when it is not there."""
    for index, row in enumerate(rows):
        if row.amount == step.sent.amount:
            del rows[index]
            return True
    return False


def check_keys(history: History, stored: Stored) -> Iterator[Finding]:
    """Idempotency keys that would let a repetition be carried out again."""
    answered = {(key.route, key.key): key.status for key in stored.keys}
    counted = Counter((key.route, key.key) for key in stored.keys)
    for record in history.of_kind("create", *STEPS):
        if not record.acknowledged:
            continue
        route = _ROUTES[record.kind]
        thing, times = f"idempotency key {record.sent.key}", counted[route, record.sent.key]
        if not times:
            yield Finding(Fault.LOST, thing, (record.n,), "it is not there any more")
        elif times > 1:
            yield Finding(Fault.DUPLICATED, thing, (record.n,), f"it is there {times} times")
        elif answered[route, record.sent.key] != record.status:
            sentence = f"kept with status {answered[route, record.sent.key]}, answered with "
            yield Finding(Fault.CHANGED, thing, (record.n,), sentence + str(record.status))


_ROUTES = {
    "create": "create_payment_intent",
    "confirm": "confirm_payment_intent",
    "capture": "capture_payment_intent",
    "refund": "create_refund",
}
