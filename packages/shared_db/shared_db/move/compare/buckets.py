"""Narrowing down where two sides differ: rows are sorted into buckets by the hash of their key."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from psycopg import sql

from shared_db.move.compare.digest import Digest, Pages, key_hash, row_hash
from shared_db.move.compare.readers import Readers
from shared_db.move.compare.tables import ComparedTable
from shared_db.tool_connection import ToolConnection

_FIRST, _SECOND = 1024, 1024 * 1024
_NEARLY_ALL = _FIRST // 2
_FEW_ROWS = 20_000

_BUCKETS = """
SELECT {key} & {mask} AS bucket, count(*) AS rows, sum({row}) AS total
  FROM ONLY {table} AS t
 WHERE {pages}
   AND {within}
 GROUP BY 1
"""

Buckets = dict[int, Digest]


@dataclass(frozen=True)
class Within:
    """The rows in some of the buckets.

    Args:
        count: how many buckets there are in all, a power of two.
        chosen: those that are meant; None is every row.
    """

    count: int = 1
    chosen: tuple[int, ...] | None = None

    def condition(self, connection: ToolConnection, table: ComparedTable) -> sql.Composable:
        """The condition on rows of ``t``."""
        if self.chosen is None:
            return sql.SQL("true")
        return sql.SQL("{key} & {mask} = ANY({chosen}::bigint[])").format(
            key=key_hash(connection, table),
            mask=sql.Literal(self.count - 1),
            chosen=sql.Literal(list(self.chosen)),
        )


@dataclass(frozen=True)
class PagedSide:
    """A side, and the pieces in which a table is read there."""

    readers: Readers
    pages: Sequence[Pages]

    def ask_buckets(
        self, table: ComparedTable, within: Within, count: int
    ) -> list[Future[Buckets]]:
        """Ask for the totals of each bucket, piece by piece."""

        def ask(pages: Pages) -> Future[Buckets]:
            return self.readers.ask(lambda c: _buckets(c, table, pages, within, count))

        return [ask(pages) for pages in self.pages]


def narrow(table: ComparedTable, source: PagedSide, target: PagedSide) -> Within:
    """Find the buckets in which the sides differ, of 1024, or of a million if that helps.

    Raises:
        DatabaseUnavailable, MissingPrivilege, MoveFailed: a server would not answer.
    """
    within, rows = _differing(table, source, target, Within(), _FIRST)
    if len(within.chosen or ()) > _NEARLY_ALL or rows <= _FEW_ROWS:
        return within
    return _differing(table, source, target, within, _SECOND)[0]


def _differing(
    table: ComparedTable, source: PagedSide, target: PagedSide, within: Within, count: int
) -> tuple[Within, int]:
    """The buckets that differ, and how many rows the larger side has in them."""
    asked = [side.ask_buckets(table, within, count) for side in (source, target)]
    left, right = (_sum(shares) for shares in asked)
    chosen = tuple(
        bucket
        for bucket in sorted(left.keys() | right.keys())
        if left.get(bucket) != right.get(bucket)
    )
    rows = max(sum(side.get(bucket, Digest()).rows for bucket in chosen) for side in (left, right))
    return Within(count, chosen), rows


def _sum(shares: Sequence[Future[Buckets]]) -> Buckets:
    found: Buckets = {}
    for share in shares:
        for bucket, digest in share.result().items():
            found[bucket] = found.get(bucket, Digest()) + digest
    return found


def _buckets(
    connection: ToolConnection, table: ComparedTable, pages: Pages, within: Within, count: int
) -> Buckets:
    query = sql.SQL(_BUCKETS).format(
        key=key_hash(connection, table),
        row=row_hash(connection, table),
        mask=sql.Literal(count - 1),
        table=sql.Identifier(table.schema, table.name),
        pages=pages.condition(),
        within=within.condition(connection, table),
    )
    rows = connection.execute(query).fetchall()
    return {row["bucket"]: Digest(row["rows"], int(row["total"])) for row in rows}
