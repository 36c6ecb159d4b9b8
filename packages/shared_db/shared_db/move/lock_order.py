"""In which order a hold locks tables: where it can be known, in the order of the application."""

from __future__ import annotations

import re
from collections.abc import Sequence

import psycopg

_NUMBERS = re.compile(r"\d+")


class LockOrder:
    """The order of a schema's tables, which gets better with each deadlock.

    Transactions of one application mostly take its tables in the same order. A hold that takes
    two of them the other way round meets a deadlock with each transaction that is between them.
    The server then tells which table the hold waited for and which of those that it held somebody
    else waited for: from then on the first is locked before the second.
    """

    def __init__(self) -> None:
        self._known: list[int] = []

    def arranged(self, tables: Sequence[int]) -> list[int]:
        """The tables (oids) in the order to lock them in; those not known yet come last."""
        self._known += [table for table in tables if table not in self._known]
        return [table for table in self._known if table in tables]

    def learn(self, error: psycopg.Error, pid: int) -> None:
        """Take note of what ended a hold.

        Args:
            error: what the server said; only a deadlock tells something.
            pid: the hold's backend.
        """
        if not isinstance(error, psycopg.errors.DeadlockDetected):
            return
        waited = held = None
        for line in (error.diag.message_detail or "").splitlines():
            # Process 7 waits for ExclusiveLock on relation 1 of database 5; blocked by process 8.
            numbers = [int(number) for number in _NUMBERS.findall(line)]
            if len(numbers) == 4 and numbers[0] == pid:
                waited = numbers[1]
            if len(numbers) == 4 and numbers[3] == pid:
                held = numbers[1]
        if waited in self._known and held in self._known and waited != held:
            self._known.remove(waited)
            self._known.insert(self._known.index(held), waited)
