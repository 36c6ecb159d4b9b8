"""What the writers have in common: where the home seems to be, when to stop, what was learnt."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from rehearsal.any_schema.checking.history import History
from rehearsal.any_schema.shape import Table
from rehearsal.records import Record

_TAKEN = "23505"
"""Not a fault of the home: all keys that a row could have are in use."""


@dataclass
class Application:
    """One application of several threads.

    Args:
        schema: what it writes to.
        urls: of both databases for each role, the home at first before the other.
        history: gets what was answered.
        home: which of the two databases the last writer found open.
        records: one for each request.
        broken: what went wrong with the writers themselves.
        taken: writes acknowledged by table and database.
        refused: the last reason for which a table refused all rows tried, by database.
    """

    schema: str
    urls: Mapping[str, tuple[str, str]]
    history: History
    home: int = 0
    records: list[Record] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    taken: Counter[tuple[Table, int]] = field(default_factory=Counter)
    refused: dict[tuple[Table, int], str] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def shut_out(self) -> list[str]:
        """Tables that took writes at the first home and refused all rows at the other."""
        return [
            f"{table} takes no writes at its new home: {reason}."
            for (table, home), reason in self.refused.items()
            if home == 1 and not self.taken[table, 1] and self.taken[table, 0]
            if not reason.startswith(_TAKEN)
        ]
