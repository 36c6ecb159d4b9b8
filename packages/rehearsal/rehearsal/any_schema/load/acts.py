"""What a writer does to a table: each act is one request, repeated while its home changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import TypeVar

import psycopg
from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.checking.history import History
from rehearsal.any_schema.learning.changes import NoParent
from rehearsal.any_schema.learning.examples import Row
from rehearsal.any_schema.learning.writable import Writable
from rehearsal.any_schema.load import requests
from rehearsal.any_schema.load.rows import OwnRows
from rehearsal.any_schema.load.session import Session, Unanswered
from rehearsal.any_schema.shape import Table

_TRIES = 8
"""Rows that are tried before an insert or update is left out: a constraint may refuse some."""

Result = TypeVar("Result")


class Refused(Exception):
    """Constraints refused all rows that were tried: the generator's fault, not the database's."""


class Acts:
    """The acts of one writer; each returns whether there was anything to do.

    Args:
        session: its connections.
        history: gets what was answered.
        rows: its own.
        taken: counts acknowledged writes by table and database.
        random: what chooses.
    """

    def __init__(
        self,
        session: Session,
        history: History,
        rows: OwnRows,
        taken: Counter[tuple[Table, int]],
        random: Random,
    ) -> None:
        self._session = session
        self._history = history
        self._rows = rows
        self._taken = taken
        self._random = random

    def insert(self, number: int, writable: Writable) -> bool:
        """Insert a row, other ones while constraints refuse them."""
        table = writable.table
        row, reason = _row(writable), ""
        for _ in range(_TRIES):
            try:
                key, state = self._do(writable, requests.inserting(table, row))
            except Unanswered as unanswered:
                key, state = unanswered.result  # type: ignore[misc]
                self._history.inserted(table, key, state, number, sure=False)
                raise
            except psycopg.Error as error:
                if not writable.maker.may_be_blamed(row, error):
                    raise
                reason = f"{error.sqlstate}: {error.diag.message_primary}"
                row = writable.maker.amend(row, error)
                continue
            self._history.inserted(table, key, state, number, sure=True)
            if key:
                self._rows.add(table, key)
            return True
        raise Refused(reason)

    def update(self, number: int, writable: Writable) -> bool:
        """Set a column of a row of its own."""
        table, key = writable.table, self._rows.any(writable.table)
        if key is None:
            return False
        reason = ""
        for _ in range(_TRIES):
            column = self._random.choice(writable.columns)
            work = requests.updating(table, key, column, writable.maker.value(column))
            try:
                state = self._do(writable, work)
            except Unanswered as unanswered:
                result = unanswered.result
                state = result if isinstance(result, int) else None
                self._history.changed(table, key, state, number, sure=False)
                raise
            except psycopg.Error as error:
                reason = f"{error.sqlstate}: {error.diag.message_primary}"
                continue
            if state is None:
                self._history.missed(table, key, number)
            else:
                self._history.changed(table, key, state, number, sure=True)
            return True
        raise Refused(reason)

    def delete(self, number: int, writable: Writable) -> bool:
        """Delete a row that this writer inserted."""
        table, key = writable.table, self._rows.take(writable.table)
        if key is None:
            return False
        try:
            was_there = self._do(writable, requests.deleting(table, key))
        except Unanswered:
            self._history.changed(table, key, None, number, sure=False)
            raise
        if not was_there:
            self._history.missed(table, key, number)
        self._history.changed(table, key, None, number, sure=True)
        return True

    def read(self, number: int, writable: Writable) -> bool:
        """Read a row of its own: it must be as it was left."""
        table, key = writable.table, self._rows.any(writable.table)
        if key is None:
            return False
        state, _ = self._session.run(writable.role, requests.reading(table, key))
        self._history.saw(table, key, state, number)
        return True

    def _do(self, writable: Writable, work: Callable[[ToolConnection], Result]) -> Result:
        result, home = self._session.run(writable.role, work)
        self._taken[writable.table, home] += 1
        return result


def _row(writable: Writable) -> Row:
    try:
        return writable.maker.row()
    except NoParent as missing:
        raise Refused(str(missing)) from missing
