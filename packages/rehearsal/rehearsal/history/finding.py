"""What the check finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rehearsal.records import Record


class Fault(StrEnum):
    """The kinds of findings."""

    LOST = "lost"
    """An acknowledged write is not there."""
    DUPLICATED = "duplicated"
    """A write was applied more often than it was asked for."""
    STALE_READ = "stale_read"
    """A read showed an older state than its client had been told of before."""
    CHANGED = "changed"
    """Something is other than it was written."""
    UNBALANCED = "unbalanced"
    """The ledger does not sum to zero."""
    UNCHECKED = "unchecked"
    """What was acknowledged could not be looked up."""


@dataclass(frozen=True)
class Finding:
    """Something that must not be.

    Args:
        fault: what kind.
        thing: the object, with its id.
        records: the numbers of the requests that it contradicts.
        sentence: what was expected and what was found.
    """

    fault: Fault
    thing: str
    records: tuple[int, ...]
    sentence: str

    def __str__(self) -> str:
        numbers = ", ".join(str(n) for n in self.records)
        source = f" (request {numbers})" if self.records else ""
        return f"{self.fault}: {self.thing}: {self.sentence}{source}"


def told(record: Record) -> str:
    """A request in words, for sentences."""
    return f"{record.kind} {record.n}, answered {record.status or record.failure}"
