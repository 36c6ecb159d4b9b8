"""Looking at both databases all the time: never two active homes."""

from __future__ import annotations

import threading

import psycopg

_PAUSE = 0.02


class Watcher:
    """Reads both rows of ``homes`` in one thread, the former home's after the new one's.

    Args:
        urls: of both databases, as a superuser.
        service: the row's name.
    """

    def __init__(self, urls: tuple[str, str], service: str) -> None:
        self._urls = urls
        self._service = service
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._connections: dict[str, psycopg.Connection] = {}
        self.twice: list[str] = []

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        self._thread.join(10)

    def _watch(self) -> None:
        while not self._stop.wait(_PAUSE):
            first, second = (self._row(url) for url in self._urls)
            again = self._row(self._urls[0])
            if first == again and first and second and first[0] == second[0] == "active":
                self.twice.append(f"{first} and {second}")
        for url in self._urls:
            self._leave(url)

    def _row(self, url: str) -> tuple[str, int] | None:
        """State and epoch; None where nobody can be asked."""
        try:
            row = self._connection(url).execute(
                "SELECT state, epoch FROM shared_db.homes WHERE service = %s", [self._service]
            )
            return row.fetchone()
        except psycopg.Error:
            self._leave(url)
            return None

    def _connection(self, url: str) -> psycopg.Connection:
        """The one that is kept open: to connect anew costs more than ten looks."""
        if url not in self._connections:
            self._connections[url] = psycopg.connect(url, connect_timeout=2, autocommit=True)
        return self._connections[url]

    def _leave(self, url: str) -> None:
        connection = self._connections.pop(url, None)
        if connection is not None:
            connection.close()
