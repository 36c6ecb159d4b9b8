"""Reading the rows that differ, to show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql

from shared_db.move.compare.digest import column
from shared_db.move.compare.merge import Pair
from shared_db.move.compare.readers import Readers
from shared_db.move.compare.result import Difference
from shared_db.move.compare.tables import ComparedTable
from shared_db.tool_connection import ToolConnection

_ROWS = """
SELECT t.ctid::text AS ctid,
       (SELECT row_to_json(k)::text FROM (SELECT {key}) AS k) AS key,
       (SELECT row_to_json(r)::text FROM (SELECT {columns}) AS r) AS row,
       ARRAY[{texts}]::text[] AS texts
  FROM ONLY {table} AS t
 WHERE t.ctid = ANY({ctids}::tid[])
"""


@dataclass(frozen=True)
class ShownRow:
    """A row as it is shown: key and row as JSON text, and the text of each column."""

    key: str
    row: str
    texts: tuple[str, ...]


def list_differences(
    table: ComparedTable, pairs: Sequence[Pair], source: Readers, target: Readers
) -> tuple[Difference, ...]:
    """Read the rows of both sides and say how they differ.

    Raises:
        DatabaseUnavailable, MissingPrivilege, MoveFailed: a server would not answer.
    """
    lefts = [left.ctid for left, _ in pairs if left is not None]
    rights = [right.ctid for _, right in pairs if right is not None]
    asked = (
        source.ask(lambda c: _rows(c, table, lefts)),
        target.ask(lambda c: _rows(c, table, rights)),
    )
    ours, theirs = (share.result() for share in asked)
    return tuple(
        _difference(table, ours[left.ctid] if left else None, theirs[right.ctid] if right else None)
        for left, right in pairs
    )


def _difference(
    table: ComparedTable, source: ShownRow | None, target: ShownRow | None
) -> Difference:
    key = next(shown.key for shown in (source, target) if shown is not None)
    if source is None or target is None:
        return Difference(
            kind="missing" if target is None else "added",
            key=key,
            source=source.row if source else None,
            target=target.row if target else None,
        )
    both = zip(table.columns, source.texts, target.texts, strict=True)
    columns = tuple(name for name, left, right in both if left != right)
    return Difference("changed", key, source.row, target.row, columns)


def _rows(
    connection: ToolConnection, table: ComparedTable, ctids: Sequence[str]
) -> dict[str, ShownRow]:
    query = sql.SQL(_ROWS).format(
        key=_list([column(name) for name in table.key]),
        columns=_list([column(name) for name in table.columns]),
        texts=_list([sql.SQL("ROW({c})::text").format(c=column(c)) for c in table.columns]),
        table=sql.Identifier(table.schema, table.name),
        ctids=sql.Literal(list(ctids)),
    )
    return {
        row["ctid"]: ShownRow(row["key"] if table.key else "", row["row"], tuple(row["texts"]))
        for row in connection.execute(query).fetchall()
    }


def _list(expressions: Sequence[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(expressions)
