"""The database that is cloned: read in one snapshot, in transactions that cannot write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import sql
from shared_db import ConfigurationError
from shared_db.address import Login, parse_url
from shared_db.move.subject import Side, connect
from shared_db.tool_connection import ToolConnection

_PATIENT = (
    "SET statement_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
    "SET lock_timeout = '10s'",
    "SET row_security = off",  # an error is better than a clone that lacks rows silently
    "SET TimeZone = 'UTC'",
)
_PATIENT_SINCE_17 = "SET transaction_timeout = 0"


@dataclass(frozen=True)
class Source:
    """The database, as one snapshot shows it.

    Args:
        side: where it is, and the role that reads.
        connection: within a transaction of that snapshot.
        snapshot: its name, by which others may read the same.
        schema: the schema that is cloned.
    """

    side: Side
    connection: ToolConnection
    snapshot: str
    schema: str

    @property
    def version(self) -> str:
        """The server's version, such as ``16.4``."""
        number = self.connection.info.server_version
        return f"{number // 10000}.{number % 10000}"

    def rows(
        self, query: str, values: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """What a query gives."""
        return self.connection.execute(query, values).fetchall()


@contextmanager
def reading(url: str, schema: str) -> Iterator[Source]:
    """Read a database in one snapshot.

    Args:
        url: the database, as a role that may read all of it.
        schema: the schema that is cloned.

    Raises:
        ConfigurationError: the URL names no user, or the database has no such schema.
        DatabaseUnavailable: nobody answers there.
    """
    side = side_of(url, "--from")
    with connect(side, part="rehearsal") as connection:
        for statement in _PATIENT:
            connection.execute(sql.SQL(statement))
        if connection.info.server_version >= 170000:
            connection.execute(sql.SQL(_PATIENT_SINCE_17))
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = connection.execute(
            "SELECT pg_export_snapshot() AS snapshot FROM pg_namespace WHERE nspname = %s", [schema]
        ).fetchone()
        if found is None:
            raise ConfigurationError(
                f"{side.tool} has no schema {schema}: write its name as it is, without quotes."
            )
        yield Source(side, connection, str(found["snapshot"]), schema)
        connection.execute("ROLLBACK")


def side_of(url: str, option: str) -> Side:
    """A database by its URL.

    Args:
        url: with a user.
        option: where it was given, for errors.

    Raises:
        ConfigurationError: it names no user.
    """
    address, login = parse_url(url, variable=option, default_database="postgres")
    if login is None:
        raise ConfigurationError(
            f"{option} names no user: write postgresql://user:password@host:5432/database."
        )
    return Side(address, address, Login(login.user, login.password), address)
