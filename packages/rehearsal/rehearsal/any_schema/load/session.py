"""A connection to whichever of the two databases is the home, found as the manual tells."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import psycopg
from shared_db import FENCED
from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.learning.lesson import open_as
from rehearsal.any_schema.load.application import Application

_PATIENCE = 15.0
"""Seconds for which a request is repeated before it counts as failed."""

_PAUSE = 0.005
_MOVED = frozenset({FENCED, "42501", "3F000"})
_AGAIN = ("40", "53", "55")
"""Classes of SQLSTATE after which the same may be tried at the same place."""
_ENDED = ("08", "25P", "57P")
"""The server has ended the session."""

Result = TypeVar("Result")


class Unanswered(Exception):
    """The connection dropped during COMMIT: it is not known whether it happened.

    Args:
        result: what the transaction had given before.
    """

    def __init__(self, result: object) -> None:
        super().__init__("the connection dropped during COMMIT")
        self.result = result


class GaveUp(Exception):
    """No database took the request in time."""


class Session:
    """The connections of one writer, one for each role.

    Args:
        application: whose.
        name: shown as ``application_name``.
    """

    def __init__(self, application: Application, name: str) -> None:
        self._application = application
        self._name = name
        self._open: dict[str, tuple[int, ToolConnection]] = {}

    def run(self, role: str, work: Callable[[ToolConnection], Result]) -> tuple[Result, int]:
        """Do something in a transaction of its own and repeat it while its home changes.

        Args:
            role: who asks.
            work: the statements; called again for each attempt.

        Returns:
            What ``work`` gave, and at which of the two databases.

        Raises:
            Unanswered: COMMIT was sent and not answered; it is never repeated.
            GaveUp: the time is over; the message says what was met last.
            psycopg.Error: the statements themselves were refused.
        """
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                return self._attempt(role, work)
            except psycopg.Error as error:
                if not self._may_repeat(role, error):
                    raise
                if time.monotonic() > deadline:
                    raise GaveUp(f"{error.sqlstate or 'no connection'}: {error}") from error
            time.sleep(_PAUSE)

    def close(self) -> None:
        """Close all connections."""
        for role in list(self._open):
            self._drop(role)

    def _attempt(self, role: str, work: Callable[[ToolConnection], Result]) -> tuple[Result, int]:
        home, connection = self._connected(role)
        connection.execute("BEGIN")
        result = work(connection)
        try:
            connection.execute("COMMIT")
        except psycopg.Error as error:
            if _has_ended(connection, error):
                self._drop(role)
                raise Unanswered(result) from error
            raise
        return result, home

    def _connected(self, role: str) -> tuple[int, ToolConnection]:
        """The open connection, unless others have found the home elsewhere meanwhile."""
        wanted = self._application.home
        if role in self._open and self._open[role][0] != wanted:
            self._drop(role)
        if role not in self._open:
            url = self._application.urls[role][wanted]
            self._open[role] = wanted, open_as(url, self._name)
        return self._open[role]

    def _may_repeat(self, role: str, error: psycopg.Error) -> bool:
        found = self._open.get(role)
        state = error.sqlstate or ""
        if found is None:  # not even a connection
            self._turn(self._application.home)
            return True
        home, connection = found
        if _is_moved(error) or _has_ended(connection, error):
            self._drop(role)
            self._turn(home)
            return True
        with suppress(psycopg.Error):  # the next statement will tell
            connection.execute("ROLLBACK")
        return state.startswith(_AGAIN)

    def _turn(self, home: int) -> None:
        """Try the other database next, unless another writer has turned already."""
        if self._application.home == home:
            self._application.home = 1 - home

    def _drop(self, role: str) -> None:
        _, connection = self._open.pop(role)
        connection.close()


def _is_moved(error: psycopg.Error) -> bool:
    """Row security refuses a row by the SQLSTATE that a lost privilege has."""
    return error.sqlstate in _MOVED and "row-level security" not in str(error)


def _has_ended(connection: ToolConnection, error: psycopg.Error) -> bool:
    return connection.closed or (error.sqlstate or "").startswith(_ENDED)
