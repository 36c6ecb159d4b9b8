"""Statements on every table of a service that change nothing, for backends without caches yet."""

from __future__ import annotations

from collections.abc import Iterator

import asyncpg
from sqlalchemy import Executable, MetaData, Table, delete, false, insert, select, update
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.sql import ClauseElement

from shared_db.failures import FENCED, sqlstate
from shared_db.pool import Pool

_BEGIN = "SET LOCAL shared_db.warming = 'on'; SET LOCAL lock_timeout = '50ms'"
"""The fence of a database on standby lets such sessions pass; indexes that are being built there
must not wait behind them."""

_PRIVILEGES = """
SELECT c.relname, p.privilege
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p(privilege)
 WHERE n.nspname = $1
   AND c.relname = ANY ($2)
   AND has_table_privilege(c.oid, p.privilege)
"""


_NOT_PREPARED = frozenset({"42501", "3F000", "42P01", "42703", "55P03", FENCED})
"""A privilege, schema, table or column is missing there, or a lock is held."""


class Exercise:
    """What a new connection runs, so that a backend has loaded what requests will need.

    Args:
        statements: SQL without parameters.
    """

    def __init__(self, statements: tuple[str, ...]) -> None:
        self._statements = statements

    @classmethod
    async def of(cls, metadata: MetaData, home: Pool) -> Exercise:
        """The statements that the service's role may run at its present home.

        At the next home each of them has to succeed: one that does not tells that it is not
        prepared yet.
        """
        tables = {table.name: table for table in metadata.tables.values()}
        schema = metadata.schema
        async with home.connection() as connection:
            rows = await connection.fetch(_PRIVILEGES, schema, list(tables))
        allowed: dict[str, set[str]] = {}
        for row in rows:
            allowed.setdefault(row["relname"], set()).add(row["privilege"])
        return cls(
            tuple(
                _text(statement)
                for name, privileges in allowed.items()
                for statement in _statements(tables[name], privileges)
            )
        )

    async def run(self, connection: asyncpg.Connection) -> None:
        """Run all of it in a transaction that is rolled back.

        Raises:
            asyncpg.PostgresError: the database is not prepared yet, or the connection dropped.
        """
        transaction = connection.transaction()
        await transaction.start()
        try:
            await connection.execute(_BEGIN)
            for statement in self._statements:
                await _run(connection, statement)
        finally:
            await transaction.rollback()


async def _run(connection: asyncpg.Connection, statement: str) -> None:
    """Run one statement; what the schema's own triggers refuse has loaded what it would need."""
    try:
        async with connection.transaction():
            await connection.execute(statement)
    except asyncpg.PostgresError as error:
        if sqlstate(error) in _NOT_PREPARED:
            raise


def _statements(table: Table, privileges: set[str]) -> Iterator[Executable]:
    columns = [c for c in table.columns if c.computed is None and c.identity is None]
    nothing = select(*columns).where(false())
    if "SELECT" in privileges:
        yield select(table).where(false())
        if columns and "INSERT" in privileges:
            names = [c.name for c in columns]
            yield insert(table).from_select(names, nothing, include_defaults=False)
        if columns and "UPDATE" in privileges:
            yield update(table).values({c: c for c in columns}).where(false())
    if "DELETE" in privileges:
        yield delete(table).where(false())


def _text(statement: Executable) -> str:
    assert isinstance(statement, ClauseElement)
    renderer = dialect()  # type: ignore[no-untyped-call]
    return str(statement.compile(dialect=renderer, compile_kwargs={"literal_binds": True}))
