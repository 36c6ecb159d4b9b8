"""Where a schema is active now, asked of the databases as a service does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from shared_db.homes import LOCK_HOME_SHARED, READ_HOME, HomeRow, State, parse_row

_CONNECT_TIMEOUT = 2
_OPTIONS = "-c lock_timeout=2000 -c statement_timeout=4000"


class NoHome(Exception):
    """None of the databases that answer is the home now."""


class Homes:
    """Finds a service's home among its databases, and promotes it where that is left to do.

    Args:
        service: as ``shared_db.homes`` names it.
        urls: the databases, as the role that writes.
        asked: the same databases, as a role that may read ``shared_db``; by default ``urls``.
    """

    def __init__(
        self, service: str, urls: Sequence[str], *, asked: Sequence[str] | None = None
    ) -> None:
        self._service = service
        self._urls = dict(zip(asked or urls, urls, strict=True))

    def __call__(self) -> str:
        """The URL of the home.

        Raises:
            NoHome: there is none at the moment.
        """
        rows = {asked: row for asked in self._urls if (row := self._read(asked)) is not None}
        active = [asked for asked, row in rows.items() if row.state is State.ACTIVE]
        if active:
            return self._urls[max(active, key=lambda asked: rows[asked].epoch)]
        for asked, row in rows.items():
            if row.state is State.STANDBY and any(_moved_to(row, other) for other in rows.values()):
                self._promote(asked, row)
                return self._urls[asked]
        raise NoHome(f"{self._service} is {[row.state.value for row in rows.values()]}.")

    def _read(self, url: str) -> HomeRow | None:
        try:
            with _connection(url) as connection:
                connection.execute(sql.SQL(LOCK_HOME_SHARED), [self._service])
                found = connection.execute(sql.SQL(READ_HOME), [self._service]).fetchone()
        except psycopg.Error:
            return None
        return parse_row(found) if found else None

    def _promote(self, url: str, row: HomeRow) -> None:
        try:
            with _connection(url) as connection:
                connection.execute(
                    "SELECT shared_db.promote($1, $2, $3)", [self._service, row.epoch, row.run_id]
                )
        except psycopg.Error as error:
            raise NoHome(f"{self._service} cannot be promoted yet: {error}") from error


def _moved_to(standby: HomeRow, former: HomeRow) -> bool:
    return (
        former.state is State.MOVED
        and former.moved_to is not None
        and former.moved_to.identity == standby.identity
        and former.run_id == standby.run_id
    )


def _connection(url: str) -> psycopg.Connection[dict[str, Any]]:
    return psycopg.Connection[dict[str, Any]].connect(
        url,
        connect_timeout=_CONNECT_TIMEOUT,
        options=_OPTIONS,
        application_name="load/home",
        cursor_factory=psycopg.RawCursor[dict[str, Any]],
        row_factory=dict_row,
    )
