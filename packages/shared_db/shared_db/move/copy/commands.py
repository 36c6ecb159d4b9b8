"""The statements that read and write the rows of a chunk."""

from __future__ import annotations

from psycopg import sql

from shared_db.move.copy.chunks import Chunk
from shared_db.move.tables import Table


class Commands:
    """Statements for chunks.

    Args:
        snapshot: the name of the exported snapshot to read under.
        binary: whether rows travel in their binary form.
    """

    def __init__(self, snapshot: str, *, binary: bool) -> None:
        self._snapshot = snapshot
        self._format = sql.SQL("binary" if binary else "text")

    def reading(self, chunk: Chunk) -> list[str]:
        """What a session at the source runs; the rows are its output."""
        return [
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            f"SET TRANSACTION SNAPSHOT {sql.Literal(self._snapshot).as_string(None)}",
            self._read(chunk),
        ]

    def writing(self, chunk: Chunk) -> list[str]:
        """What a session at the target runs; the rows are its input.

        Rows may be written as frozen in a transaction that has truncated their table.
        """
        if not chunk.whole:
            return [self._write(chunk.table, "")]
        name = _name(chunk.table).as_string(None)
        return ["BEGIN", f"TRUNCATE ONLY {name}", self._write(chunk.table, ", FREEZE"), "COMMIT"]

    def _read(self, chunk: Chunk) -> str:
        """Of a whole table without a query, which would cost more for each row."""
        rows = _with_columns(chunk.table) if chunk.whole else _query(chunk)
        command = sql.SQL("COPY {rows} TO STDOUT (FORMAT {format})")
        return command.format(rows=rows, format=self._format).as_string(None)

    def _write(self, table: Table, options: str) -> str:
        command = sql.SQL("COPY {rows} FROM STDIN (FORMAT {format}{options})")
        return command.format(
            rows=_with_columns(table), format=self._format, options=sql.SQL(options)
        ).as_string(None)


def _query(chunk: Chunk) -> sql.Composable:
    conditions = [sql.SQL("ctid >= {c}").format(c=sql.Literal(f"({chunk.first},0)"))]
    if chunk.end is not None:
        conditions.append(sql.SQL("ctid < {c}").format(c=sql.Literal(f"({chunk.end},0)")))
    return sql.SQL("(SELECT {columns} FROM ONLY {table} WHERE {conditions})").format(
        columns=_columns(chunk.table),
        table=_name(chunk.table),
        conditions=sql.SQL(" AND ").join(conditions),
    )


def _with_columns(table: Table) -> sql.Composable:
    if not table.columns:
        return _name(table)
    return sql.SQL("{table} ({columns})").format(table=_name(table), columns=_columns(table))


def _columns(table: Table) -> sql.Composable:
    return sql.SQL(", ").join([sql.Identifier(column) for column in table.columns])


def _name(table: Table) -> sql.Composable:
    return sql.Identifier(table.schema, table.name)
