"""A light load of payments that follows its schema from one home to the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from types import TracebackType
from uuid import uuid4

import psycopg

_CLOSED = ("SDB01", "42501", "3F000")
_ENDED = ("57P01", "08006", None)
_PAUSE = 0.002
_PATIENCE = 30.0

_PAYMENT = """
INSERT INTO bench.payments (id, account_id, amount, currency, status, reference, created_at,
                            updated_at)
SELECT %(id)s, id, 12.50, 'CHF', 'captured', 'load', now(), now()
  FROM bench.accounts LIMIT 1
"""

_ENTRIES = """
INSERT INTO bench.ledger_entries (payment_id, account, amount, booked_at)
VALUES (%(id)s, 'cash', -12.50, now()), (%(id)s, 'receivable', 12.50, now())
"""


class WriteLoad:
    """Transactions on a schedule, one after the other; a context manager.

    Args:
        urls: the two databases, as the application's role.
        rate: transactions that begin each second.
    """

    def __init__(self, urls: Sequence[str], rate: int) -> None:
        self.seconds: list[float] = []
        """How long each took, from when it was due."""
        self.failure = ""
        """Why it ended before its time."""
        self._client = _Client(urls)
        self._period = 1 / rate
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="write-load", daemon=True)

    def __enter__(self) -> WriteLoad:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        due = time.monotonic()
        try:
            while not self._ended.wait(max(due - time.monotonic(), 0)):
                self._client.write()
                self.seconds.append(time.monotonic() - due)
                due += self._period
        except psycopg.Error as error:
            self.failure = str(error).strip()
        finally:
            self._client.close()


class _Client:
    """Keeps a connection to each database, and writes where it is let in."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = list(urls)
        self._open: dict[str, psycopg.Connection] = {}

    def write(self) -> None:
        """One transaction, at whichever database is the home.

        Raises:
            psycopg.Error: neither is for too long, or it failed for another reason.
        """
        values = {"id": uuid4()}
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                connection = self._connection()
                with connection.transaction():
                    connection.execute(_PAYMENT, values)
                    connection.execute(_ENTRIES, values)
            except psycopg.Error as error:
                known = error.sqlstate in {*_CLOSED, *_ENDED}
                if not known or time.monotonic() > deadline:
                    raise
                self._turn(ended=error.sqlstate in _ENDED)
            else:
                return

    def close(self) -> None:
        """Close both connections."""
        for connection in self._open.values():
            connection.close()

    def _connection(self) -> psycopg.Connection:
        url = self._urls[0]
        if url not in self._open:
            self._open[url] = psycopg.connect(url, autocommit=True)
        return self._open[url]

    def _turn(self, *, ended: bool) -> None:
        """Ask the other database next; a moment later, since the next home opens in a moment."""
        if ended and (connection := self._open.pop(self._urls[0], None)):
            connection.close()
        self._urls.reverse()
        time.sleep(_PAUSE)
