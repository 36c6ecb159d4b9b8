"""One client: writes on, whatever happens to the databases, and writes down what it was told."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import sql

from move_load.homes import NoHome
from move_load.kinds import COUNT, COUNTED, kind_of
from move_load.record import Record

_CONNECT_TIMEOUT = 2
_PAUSE = 0.02
_FENCED = {"SDB01", "42501", "3F000"}
_ENDED = ("08", "25P", "57P")
"""With these the server ends the session; the commit that it was at may have happened."""
_REPEATED = ("40", "53", "55", "57")
"""Classes of SQLSTATE after which the same write may be had: it waited, or nothing had room."""


class Writer(threading.Thread):
    """Writes at its own pace until it is told to stop.

    Args:
        number: tells its writes from those of all other writers.
        schema: with the tables of ``create_tables``.
        resolve: gives the URL of the home, or raises ``NoHome``.
        period: seconds from one write to the next.
        told: called after each write that was acknowledged.
    """

    def __init__(
        self,
        number: int,
        schema: str,
        resolve: Callable[[], str],
        *,
        period: float,
        told: Callable[[], None],
    ) -> None:
        super().__init__(name=f"load-{number}", daemon=True)
        self.record = Record(number)
        self._schema = sql.Identifier(schema)
        self._resolve = resolve
        self._period = period
        self._told = told
        self._stopping = threading.Event()
        self._connection: psycopg.Connection[Any] | None = None
        self._committing = False

    def run(self) -> None:
        """Write until ``stop``."""
        number, due = 0, time.monotonic()
        try:
            while not self._stopping.wait(max(0.0, due - time.monotonic())):
                if self._write(number):
                    now = time.monotonic()
                    self.record.longest = max(self.record.longest, now - due)
                    self._told()
                number += 1
                due = max(due + self._period, time.monotonic())
        finally:
            self._disconnect()

    def stop(self, *, patience: float) -> bool:
        """Stop after the write that is under way, breaking it off when it takes too long.

        Args:
            patience: seconds to wait for it, and again after breaking it off.

        Returns:
            Whether it has stopped.
        """
        self._stopping.set()
        self.join(patience)
        connection = self._connection
        if self.is_alive() and connection is not None:
            with (
                suppress(OSError, psycopg.Error),
                socket.socket(fileno=os.dup(connection.fileno())) as copy,
            ):
                copy.shutdown(socket.SHUT_RDWR)
        self.join(patience)
        return not self.is_alive()

    def _write(self, number: int) -> bool:
        """Repeat a write until its fate is known; whether it was acknowledged."""
        while True:
            try:
                self._transact(self._connected(), number)
            except (NoHome, psycopg.Error) as error:
                if not self._may_repeat(error, number) or self._stopping.wait(_PAUSE):
                    return False
            else:
                self.record.acknowledged.add(number)
                return True

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            self._connection = psycopg.connect(
                self._resolve(), connect_timeout=_CONNECT_TIMEOUT, application_name=self.name
            )
        return self._connection

    def _transact(self, connection: psycopg.Connection[Any], number: int) -> None:
        kind = kind_of(number)
        values = {"writer": self.record.writer, "number": number, "slot": kind.slot(number)}
        self._committing = False
        row = connection.execute(self._sql(COUNTED), values).fetchone()
        counted = row[0] if row else 0
        for statement in (*kind.writes, COUNT):
            connection.execute(self._sql(statement), values)
        self._committing = True
        connection.commit()
        if counted < len(self.record.acknowledged):
            self.record.stale.append(
                f"writer {self.record.writer} read {counted} of its "
                f"{len(self.record.acknowledged)} writes before number {number}"
            )

    def _may_repeat(self, error: Exception, number: int) -> bool:
        """Take note of what went wrong and make the connection usable again."""
        connection = self._connection
        if connection is None:  # no home, or nobody answers there
            return True
        state = getattr(error, "sqlstate", None) or ""
        if connection.closed or state.startswith(_ENDED):
            self._disconnect()
            self.record.dropped += 1
            if self._committing:
                self.record.unknown.add(number)
            return not self._committing
        if state in _FENCED:
            self._disconnect()
            self.record.fenced += 1
            return True
        with suppress(psycopg.Error):  # the next statement will tell
            connection.rollback()
        if state.startswith(_REPEATED):
            return True
        self.record.errors.append(f"{kind_of(number).table}: {error!r}")
        return False

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _sql(self, text: str) -> sql.Composed:
        return sql.SQL(text).format(s=self._schema)
