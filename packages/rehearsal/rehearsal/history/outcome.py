"""What became of a request that moves money, as far as its client was told."""

from __future__ import annotations

from enum import Enum

from rehearsal.records import Record

_SETTLED = {"confirm": "requires_capture", "capture": "succeeded"}


class Outcome(Enum):
    """Done, not done, or nobody knows."""

    DONE = "done"
    OPEN = "open"
    NOT_DONE = "not done"


def outcome(record: Record) -> Outcome:
    """What became of it.

    A reply that says ``processing`` or ``pending`` leaves it open, and so does no reply.
    """
    if record.refused:
        return Outcome.NOT_DONE
    if record.shows is None:
        return Outcome.OPEN
    if record.kind == "refund":
        settled = record.shows.refunds[0].status == "succeeded"
    elif record.kind in _SETTLED:
        settled = record.shows.intents[0].status == _SETTLED[record.kind]
    else:
        settled = True
    return Outcome.DONE if settled else Outcome.OPEN
