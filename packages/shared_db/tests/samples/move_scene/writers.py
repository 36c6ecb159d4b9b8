"""An application that uses no session of ours: it follows the documented SQLSTATEs by itself."""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg

_MOVED = frozenset({"SDB01", "42501", "3F000", "42P01"})
"""The last is what a former home says when its schema was put aside."""

_PAUSE = 0.02
_AGAIN = 0.01


class Writers:
    """Threads that write orders, each in a transaction of its own, and remember what was told.

    Args:
        urls: of both databases, as the application's role; the first is the home at first.
        threads: how many.
    """

    def __init__(self, urls: tuple[str, str], threads: int = 2) -> None:
        self._urls = urls
        self._home = 0
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(number,), daemon=True)
            for number in range(threads)
        ]
        self.acknowledged: list[str] = []
        self.unknown: set[str] = set()
        self.stale: list[str] = []

    def start(self) -> None:
        """Begin to write."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after the write that is under way."""
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def await_progress(self, more: int = 5, timeout: float = 60.0) -> None:
        """Wait until so many further writes were acknowledged."""
        wanted, deadline = len(self.acknowledged) + more, time.monotonic() + timeout
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < deadline, "the application can write nowhere"
            time.sleep(_AGAIN)

    def _write(self, number: int) -> None:
        connection, home, count = None, -1, 0
        while not self._stop.is_set():
            count += 1
            note = f"writer {number} order {count}"
            while not self._stop.is_set():
                try:
                    if connection is None or home != self._home:
                        home = self._home
                        _closed(connection)
                        connection = psycopg.connect(
                            self._urls[home], connect_timeout=2, autocommit=True
                        )
                    self._order(connection, note, number, count)
                except psycopg.Error as error:
                    self._after(error, note, home)
                    connection = _closed(connection)
                    time.sleep(_AGAIN)
                else:
                    self.acknowledged.append(note)
                    break
            time.sleep(_PAUSE)
        _closed(connection)

    def _order(self, connection: Any, note: str, number: int, count: int) -> None:
        """Write one order, unless an attempt whose outcome is unknown has written it."""
        with connection.transaction():
            seen = connection.execute(
                "SELECT count(*) FROM shop.orders WHERE note LIKE %s",
                [f"writer {number} order %"],
            ).fetchone()
            if seen[0] < count - 1:
                self.stale.append(f"{note}: {seen[0]} of {count - 1} are seen")
            done = connection.execute("SELECT FROM shop.orders WHERE note = %s", [note]).fetchone()
            if done is None:
                connection.execute(
                    "INSERT INTO shop.orders (customer, amount, note) VALUES (1, 1, %s)", [note]
                )
                connection.execute(
                    "UPDATE shop.counters SET value = value + 1 WHERE name = 'orders'"
                )

    def _after(self, error: psycopg.Error, note: str, home: int) -> None:
        state = getattr(error, "sqlstate", None)
        if state in _MOVED:
            self._home = 1 - home
        elif state is None or state.startswith(("08", "57", "25", "40", "55")):
            self.unknown.add(note)  # the connection dropped; it may have been committed
            if state is None:
                self._home = 1 - home
        elif state.startswith("3D"):
            self._home = 1 - home


def _closed(connection: Any) -> None:
    if connection is not None:
        connection.close()
