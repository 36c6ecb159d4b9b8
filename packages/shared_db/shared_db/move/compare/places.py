"""The places of a table's rows under a snapshot, sorted by the hashes of key and row."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from shared_db.move.compare.buckets import Within
from shared_db.move.compare.digest import key_hash, row_hash
from shared_db.move.compare.merge import Place
from shared_db.move.compare.snapshot import explained
from shared_db.move.compare.tables import ComparedTable
from shared_db.move.subject import Side
from shared_db.tool_connection import ToolConnection

_BATCH = 5000

_PLACES = """
SELECT {key}, {row}, t.ctid::text
  FROM ONLY {table} AS t
 WHERE {within}
 ORDER BY 1, 2
"""


class SortedPlaces:
    """Reads the places batch by batch, so that a table of any size fits; iterate once.

    Args:
        connection: sees the snapshot; nobody else uses it meanwhile.
        side: where it leads, for errors.
        table: the table.
        within: which of its rows.
    """

    def __init__(
        self, connection: ToolConnection, side: Side, table: ComparedTable, within: Within
    ) -> None:
        query = sql.SQL(_PLACES).format(
            key=key_hash(connection, table),
            row=row_hash(connection, table),
            table=sql.Identifier(table.schema, table.name),
            within=within.condition(connection, table),
        )
        self._side = side
        self._cursor = connection.cursor("shared_db_places", row_factory=tuple_row)
        self._cursor.execute(query)
        self._batch = self._cursor.fetchmany(_BATCH)

    def __iter__(self) -> Iterator[Place]:
        """The places in order.

        Raises:
            DatabaseUnavailable, MissingPrivilege, MoveFailed: the server would not answer.
        """
        try:
            while self._batch:
                yield from map(Place._make, self._batch)
                self._batch = self._cursor.fetchmany(_BATCH)
            self._cursor.close()
        except psycopg.Error as error:
            raise explained(error, self._side) from error
