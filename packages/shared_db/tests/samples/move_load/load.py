"""Clients that write while a schema moves."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import psycopg

from move_load.history import History
from move_load.record import Record
from move_load.writer import Writer

_numbers = itertools.count(1)


class Load:
    """Some writers, each with its own connection, that write in the background.

    Args:
        schema: with the tables of ``create_tables``.
        resolve: gives the URL of the home, as the role that writes; ``Homes`` is one.
        rate: writes per second, all writers together.
        writers: how many.
        patience: seconds that a write may take when the load stops, before it is broken off.
    """

    def __init__(
        self,
        schema: str,
        resolve: Callable[[], str],
        *,
        rate: float = 100.0,
        writers: int = 4,
        patience: float = 10.0,
    ) -> None:
        self._schema = schema
        self._patience = patience
        self._more = threading.Condition()
        self.acknowledged = 0
        self._writers = [
            Writer(number, schema, resolve, period=writers / rate, told=self._count)
            for number in itertools.islice(_numbers, writers)
        ]

    def __enter__(self) -> Self:
        for writer in self._writers:
            writer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def wait_for(self, writes: int, *, timeout: float = 30.0) -> None:
        """Wait until so many more writes are acknowledged.

        Raises:
            AssertionError: they are not within ``timeout`` seconds.
        """
        with self._more:
            wanted = self.acknowledged + writes
            reached = self._more.wait_for(lambda: self.acknowledged >= wanted, timeout)
        assert reached, (
            f"{wanted - self.acknowledged} of {writes} writes are missing: {self.errors}"
        )

    def stop(self) -> None:
        """Stop all writers; the connections are closed then."""
        stopped = [writer.stop(patience=self._patience) for writer in self._writers]
        assert all(stopped), "A writer hangs in a call that nothing ends."

    @property
    def records(self) -> list[Record]:
        """What each writer was told."""
        return [writer.record for writer in self._writers]

    @property
    def errors(self) -> list[str]:
        """What ended writes though neither a fence nor a lost connection was met."""
        return [error for record in self.records for error in record.errors]

    @property
    def stale(self) -> list[str]:
        """Reads that were older than the reader's own acknowledged writes."""
        return [stale for record in self.records for stale in record.stale]

    @property
    def fenced(self) -> int:
        """How often a write met a fence."""
        return sum(record.fenced for record in self.records)

    @property
    def longest(self) -> float:
        """Seconds from when a write was due until it was acknowledged, at worst."""
        return max(record.longest for record in self.records)

    def lost(self, connection: psycopg.Connection[Any]) -> list[str]:
        """Acknowledged writes that the home lacks; call it after ``stop``."""
        return History(self._schema, self.records).lost(connection)

    def duplicated(self, connection: psycopg.Connection[Any]) -> list[str]:
        """Writes that the home has twice or should not have; call it after ``stop``."""
        return History(self._schema, self.records).duplicated(connection)

    def _count(self) -> None:
        with self._more:
            self.acknowledged += 1
            self._more.notify_all()
