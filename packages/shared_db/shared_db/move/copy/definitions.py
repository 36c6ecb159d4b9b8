"""Running a dump's statements at the target, on a few connections that are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from types import TracebackType

import psycopg

from shared_db.errors import MoveFailed
from shared_db.move.copy import sessions
from shared_db.move.schema_dump import Item
from shared_db.move.subject import Side, connect
from shared_db.tool_connection import ToolConnection

_CANCEL_TIMEOUT = 5.0


class Definitions:
    """The connections to the target; a context manager.

    Args:
        side: the target.
        run_id: whose connections they are.
        preamble: the dump's settings, run first on every connection.
    """

    def __init__(self, side: Side, run_id: object, preamble: str) -> None:
        self._side = side
        self._run_id = run_id
        self._preamble = preamble
        self._all: list[ToolConnection] = []
        self._idle: SimpleQueue[ToolConnection] = SimpleQueue()

    def __enter__(self) -> Definitions:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for connection in self._all:
            connection.close()

    def make_all(
        self, items: Iterable[Item], last: Callable[[ToolConnection], None] = lambda _: None
    ) -> None:
        """Make the items in their order, in one transaction that ends with ``last``.

        Raises:
            MoveFailed: the target refused one of them.
        """
        with self._connection() as connection, connection.transaction():
            for item in items:
                self._run(connection, item)
            last(connection)

    def make(self, item: Item, settings: dict[str, str]) -> None:
        """Make one item, on any connection.

        Args:
            item: what to make.
            settings: configuration parameters for it alone.

        Raises:
            MoveFailed: the target refused it.
        """
        with self._connection() as connection, connection.transaction():
            for name, value in settings.items():
                connection.execute("SELECT set_config(%s, %s, true)", [name, value])
            self._run(connection, item)

    def stop(self) -> None:
        """End what is still running."""
        for connection in self._all:
            try:
                connection.cancel_safe(timeout=_CANCEL_TIMEOUT)
            except psycopg.Error:
                connection.close()

    @contextmanager
    def _connection(self) -> Iterator[ToolConnection]:
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = self._connect()
        try:
            yield connection
        finally:
            self._idle.put(connection)

    def _connect(self) -> ToolConnection:
        connection = connect(self._side, self._run_id, part="define")
        self._all.append(connection)
        connection.execute(self._preamble.encode())
        for name, value in sessions.ALWAYS.items():
            connection.execute("SELECT set_config(%s, %s, false)", [name, value])
        return connection

    def _run(self, connection: ToolConnection, item: Item) -> None:
        try:
            connection.execute(item.statements.encode())
        except psycopg.Error as error:
            raise MoveFailed(
                f"{item.type} {item.name} cannot be made at {self._side.tool}: "
                f"{str(error).strip()}. Remove the cause, then run `shared-db move resume`."
            ) from error
