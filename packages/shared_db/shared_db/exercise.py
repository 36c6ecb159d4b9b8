"""Statements on every table of a schema that change nothing, for backends without caches yet."""

from __future__ import annotations

import asyncpg

from shared_db.failures import FENCED, sqlstate
from shared_db.pool import Pool

_BEGIN = "SET LOCAL shared_db.warming = 'on'; SET LOCAL lock_timeout = '50ms'"
"""The fence of a database on standby lets such sessions pass; indexes that are being built there
must not wait behind them."""

_STATEMENTS = """
  WITH tables AS (
       SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name,
              (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
                 FROM pg_catalog.pg_attribute AS a
                WHERE a.attrelid = c.oid
                  AND a.attnum > 0
                  AND NOT a.attisdropped
                  AND a.attgenerated = ''
                  AND a.attidentity <> 'a') AS columns
         FROM pg_catalog.pg_class AS c
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = $1
          AND c.relkind IN ('r', 'p')
          AND NOT c.relispartition
          AND has_table_privilege(c.oid, 'SELECT')
  )
SELECT format('SELECT * FROM %s WHERE false', name) AS statement
  FROM tables
 UNION ALL
SELECT format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM %1$s WHERE false', name, columns)
  FROM tables
 WHERE columns IS NOT NULL AND has_table_privilege(oid, 'INSERT')
 UNION ALL
SELECT format('UPDATE %1$s SET (%2$s) = ROW (%2$s) WHERE false', name, columns)
  FROM tables
 WHERE columns IS NOT NULL AND has_table_privilege(oid, 'UPDATE')
 UNION ALL
SELECT format('DELETE FROM %s WHERE false', name)
  FROM tables
 WHERE has_table_privilege(oid, 'DELETE')
"""

_NOT_PREPARED = frozenset({"42501", "3F000", "42P01", "42703", "55P03", FENCED})
"""A privilege, schema, table or column is missing there, or a lock is held."""


class Exercise:
    """What a new connection runs, so that its backend has loaded what requests will need.

    Args:
        statements: SQL without parameters.
    """

    def __init__(self, statements: list[str]) -> None:
        self._statements = statements

    @classmethod
    async def of(cls, schema: str, home: Pool) -> Exercise:
        """The statements that the service's role may run at its present home.

        At the next home each of them has to succeed: one that does not tells that tables or
        privileges are not there yet.
        """
        async with home.connection() as connection:
            rows = await connection.fetch(_STATEMENTS, schema)
        return cls([row["statement"] for row in rows])

    async def run(self, connection: asyncpg.Connection) -> None:
        """Run all of it in a transaction that is rolled back.

        Raises:
            asyncpg.PostgresError: tables or privileges are missing, or the connection dropped.
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
    """Run one statement; one that the schema's own triggers refuse has done its work as well."""
    try:
        async with connection.transaction():
            await connection.execute(statement)
    except asyncpg.PostgresError as error:
        if sqlstate(error) in _NOT_PREPARED:
            raise
