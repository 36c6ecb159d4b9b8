"""Sequences: set at the target ahead of the source, since replication does not carry them."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import sql

from shared_db.tool_connection import ToolConnection

_SEQUENCES = """
SELECT c.relname AS name, s.seqincrement AS increment, s.seqcache AS cache,
       s.seqmin AS least, s.seqmax AS most, s.seqcycle AS cycles
  FROM pg_sequence AS s
  JOIN pg_class AS c ON c.oid = s.seqrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = %s
 ORDER BY c.oid
"""


@dataclass(frozen=True)
class Sequence:
    """A sequence as it was declared."""

    schema: str
    name: str
    increment: int
    cache: int
    least: int
    most: int
    cycles: bool

    def ahead(self, value: int, margin: int) -> int:
        """The value that lies ``margin`` steps further, within the bounds.

        ``nextval`` is not stopped by a lock on tables: sessions may take values, and cached ones,
        between reading the sequence and the end of a hold.
        """
        if self.cycles:
            return value
        steps = max(margin, self.cache * 2)
        return min(max(value + steps * self.increment, self.least), self.most)


def sequences_of(connection: ToolConnection, schema: str) -> tuple[Sequence, ...]:
    """All sequences of the schema, those of identity columns and those that nobody owns too."""
    rows = connection.execute(_SEQUENCES, [schema]).fetchall()
    return tuple(Sequence(schema, **row) for row in rows)


def read_statement(sequences: tuple[Sequence, ...]) -> sql.Composed:
    """One statement that reads where all of them are; a row each, in their order."""
    parts = [
        sql.SQL("SELECT {position} AS position, last_value, is_called FROM {name}").format(
            position=sql.Literal(position), name=sql.Identifier(one.schema, one.name)
        )
        for position, one in enumerate(sequences)
    ]
    return sql.SQL(" UNION ALL ").join(parts)


def set_statement(
    sequences: tuple[Sequence, ...],
    values: list[tuple[int, bool]],
    there: list[tuple[int, bool]],
    *,
    margin: int,
) -> sql.Composed:
    """One statement that sets them, never behind where they are at the target.

    Args:
        sequences: those of the source.
        values: last value of each at the source, and whether it was given out.
        there: the same at the target.
        margin: steps by which the target is ahead.
    """
    parts = []
    for one, (value, called), (present, present_called) in zip(
        sequences, values, there, strict=True
    ):
        wanted = one.ahead(value, margin) if called else value
        further = max if one.increment > 0 else min
        furthest = further(wanted, present) if present_called and not one.cycles else wanted
        parts.append(
            sql.SQL("setval({name}::regclass, {value}, {called})").format(
                name=sql.Literal(sql.Identifier(one.schema, one.name).as_string(None)),
                value=sql.Literal(furthest),
                called=sql.Literal(called or (present_called and furthest == present)),
            )
        )
    return sql.SQL("SELECT ") + sql.SQL(", ").join(parts)
