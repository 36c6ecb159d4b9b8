"""Several connections that see the same snapshot and work off what is asked of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import TypeVar

import psycopg

from shared_db.move.compare.snapshot import Snapshot, explained, open_snapshot
from shared_db.move.compare.tables import ComparedTable
from shared_db.move.subject import Side
from shared_db.tool_connection import ToolConnection

Answer = TypeVar("Answer")
Question = Callable[[ToolConnection], Answer]

_CANCEL_TIMEOUT = 5.0


class Readers:
    """The connections to one side, each used by one thread at a time; a context manager.

    Args:
        snapshot: what they see.
        tables: what they will be asked about.
        jobs: how many there are.

    Raises:
        DatabaseUnavailable, MissingPrivilege, MoveFailed: as ``open_snapshot``.
    """

    def __init__(self, snapshot: Snapshot, tables: Sequence[ComparedTable], jobs: int) -> None:
        self._snapshot = snapshot
        self._tables = tables
        self._jobs = jobs
        self._connections: list[ToolConnection] = []
        self._idle: SimpleQueue[ToolConnection] = SimpleQueue()
        self._threads = ThreadPoolExecutor(jobs)

    @property
    def side(self) -> Side:
        """The side they read."""
        return self._snapshot.side

    @property
    def gentle(self) -> bool:
        """Whether most of the processors are left to others; see ``compare``."""
        return self._jobs == 1

    def __enter__(self) -> Readers:
        try:
            for _ in range(self._jobs):
                connection = open_snapshot(self._snapshot, self._tables)
                self._connections.append(connection)
                self._idle.put(connection)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        if error is not None:
            for connection in self._connections:
                self._cancel(connection)
        self._close()

    def ask(self, question: Question[Answer]) -> Future[Answer]:
        """Have a free connection answer; questions are taken in order.

        Raises (in the future):
            DatabaseUnavailable, MissingPrivilege, MoveFailed: the server would not answer.
        """
        return self._threads.submit(self._answer, question)

    def _answer(self, question: Question[Answer]) -> Answer:
        connection = self._idle.get()
        try:
            return question(connection)
        except psycopg.Error as error:
            raise explained(error, self.side) from error
        finally:
            self._idle.put(connection)

    def _close(self) -> None:
        self._threads.shutdown(cancel_futures=True)
        for connection in self._connections:
            connection.close()

    @staticmethod
    def _cancel(connection: ToolConnection) -> None:
        """A long query must not keep the caller from its error."""
        try:
            connection.cancel_safe(timeout=_CANCEL_TIMEOUT)
        except psycopg.Error:
            connection.close()
