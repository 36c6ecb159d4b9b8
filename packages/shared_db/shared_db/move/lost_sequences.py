"""Sequences of a home that took over from a lost one, which nobody can ask how far it was.

Replication carries rows, not sequences: they are set beyond the highest number in the columns that
they feed.
"""

from __future__ import annotations

from psycopg import sql

from shared_db.move.sequences import Sequence, read_statement, sequences_of, set_statement
from shared_db.tool_connection import ToolConnection

_FED = """
SELECT DISTINCT s.relname AS sequence, n.nspname AS schema, c.relname AS name, a.attname AS column
  FROM pg_class AS s
  JOIN pg_namespace AS home ON home.oid = s.relnamespace
  JOIN LATERAL (
        SELECT d.refobjid AS relation, d.refobjsubid AS number
          FROM pg_depend AS d
         WHERE d.classid = 'pg_class'::regclass AND d.objid = s.oid
           AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
           AND d.deptype IN ('a', 'i')
        UNION
        SELECT f.adrelid, f.adnum
          FROM pg_depend AS d
          JOIN pg_attrdef AS f ON f.oid = d.objid
         WHERE d.classid = 'pg_attrdef'::regclass
           AND d.refclassid = 'pg_class'::regclass AND d.refobjid = s.oid
       ) AS fed ON true
  JOIN pg_class AS c ON c.oid = fed.relation
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = fed.number
 WHERE s.relkind = 'S' AND home.nspname = %s
   AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
"""
"""Columns that own a sequence or take their default from it."""


def pass_what_was_given(connection: ToolConnection, schema: str, margin: int) -> tuple[str, ...]:
    """Set every sequence of the schema beyond what the rows show.

    Args:
        connection: to the database that takes over.
        schema: the schema.
        margin: steps by which sequences are ahead.

    Returns:
        The sequences that feed no column of whole numbers, so that no row tells how far they were.
    """
    sequences = sequences_of(connection, schema)
    if not sequences:
        return ()
    rows = connection.execute(read_statement(sequences)).fetchall()
    present = [(0, False)] * len(sequences)
    for row in rows:
        present[row["position"]] = (int(row["last_value"]), bool(row["is_called"]))
    fed = connection.execute(_FED, [schema]).fetchall()
    values, unknown = [], []
    for sequence, here in zip(sequences, present, strict=True):
        columns = [column for column in fed if column["sequence"] == sequence.name]
        if not columns:
            unknown.append(f"{schema}.{sequence.name}")
        values.append(_furthest(connection, sequence, columns, here))
    connection.execute(set_statement(sequences, values, present, margin=margin))
    return tuple(unknown)


def _furthest(
    connection: ToolConnection,
    sequence: Sequence,
    columns: list[dict[str, str]],
    here: tuple[int, bool],
) -> tuple[int, bool]:
    """The furthest value of the columns, or where the sequence is, if that is further."""
    further, aggregate = (max, "max") if sequence.increment > 0 else (min, "min")
    found = [here[0]] if here[1] else []
    for column in columns:
        row = connection.execute(
            sql.SQL("SELECT {aggregate}({column}) AS value FROM {table}").format(
                aggregate=sql.SQL(aggregate),
                column=sql.Identifier(column["column"]),
                table=sql.Identifier(column["schema"], column["name"]),
            )
        ).fetchone()
        if row is not None and row["value"] is not None:
            found.append(int(row["value"]))
    bounded = [value for value in found if sequence.least <= value <= sequence.most]
    return (further(bounded), True) if bounded else here
