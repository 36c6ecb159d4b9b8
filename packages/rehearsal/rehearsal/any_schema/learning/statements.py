"""The statements that write a row or look at one: texts go in, hashes come out."""

from __future__ import annotations

from collections.abc import Iterable

from psycopg import sql

from rehearsal.any_schema.learning.examples import as_texts
from rehearsal.any_schema.shape import Table

HASH = sql.SQL("hashtextextended(the_row::text, 0)")
"""A row as one number: two states of a row that differ have different ones."""

SESSION = (
    "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres -c extra_float_digits=1"
    " -c bytea_output=hex"
)
"""Options of all connections that compute hashes, so that they agree."""


def insert_statement(table: Table, columns: Iterable[str]) -> sql.Composed:
    """Insert values of these columns; gives the hash and then the key."""
    names = [sql.Identifier(name) for name in columns]
    values = sql.SQL("({names}) VALUES ({values})").format(
        names=sql.SQL(", ").join(names), values=sql.SQL(", ").join(sql.Placeholder() for _ in names)
    )
    return sql.SQL("INSERT INTO {table} AS the_row {values} RETURNING {shown}").format(
        table=table.identifier,
        values=values if names else sql.SQL("DEFAULT VALUES"),
        shown=_shown(table),
    )


def update_statement(table: Table, column: str) -> sql.Composed:
    """Set one column of the row with a key; gives the hash."""
    return sql.SQL(
        "UPDATE {table} AS the_row SET {column} = %s WHERE {key} RETURNING {hash}"
    ).format(table=table.source, column=sql.Identifier(column), key=_has_key(table), hash=HASH)


def delete_statement(table: Table) -> sql.Composed:
    """Delete the row with a key."""
    return sql.SQL("DELETE FROM {table} AS the_row WHERE {key}").format(
        table=table.source, key=_has_key(table)
    )


def read_statement(table: Table) -> sql.Composed:
    """The hash of the row with a key."""
    return sql.SQL("SELECT {hash} FROM {table} AS the_row WHERE {key}").format(
        hash=HASH, table=table.source, key=_has_key(table)
    )


def sample_statement(table: Table, most: int) -> sql.Composed:
    """Hash and key of some rows."""
    return sql.SQL("SELECT {shown} FROM {table} AS the_row LIMIT {most}").format(
        shown=_shown(table), table=table.source, most=sql.Literal(most)
    )


def totals_statement(table: Table) -> sql.Composed:
    """How many rows there are, and the sum of their hashes."""
    return sql.SQL(
        "SELECT count(*) AS rows, coalesce(sum({hash}::numeric), 0) AS sum FROM {table} AS the_row"
    ).format(hash=HASH, table=table.source)


def named_statement(table: Table) -> sql.Composed:
    """Hash and key of the rows whose keys are given, a list of texts for each column."""
    columns = table.key.columns if table.key else ()
    return sql.SQL(
        "SELECT {shown} FROM {table} AS the_row WHERE ({key}) IN (SELECT * FROM unnest({lists}))"
    ).format(
        shown=_shown(table),
        table=table.source,
        key=as_texts(columns),
        lists=sql.SQL(", ").join(sql.SQL("%s::text[]") for _ in columns),
    )


def _shown(table: Table) -> sql.Composed:
    key = [sql.SQL(", ") + as_texts(table.key.columns)] if table.key else []
    return sql.Composed([HASH, *key])


def _has_key(table: Table) -> sql.Composed:
    """The server reads the texts as values of the columns' own types, so that indexes serve."""
    columns = table.key.columns if table.key else ()
    return sql.SQL(" AND ").join(
        sql.SQL("the_row.{} = %s").format(sql.Identifier(c)) for c in columns
    )
