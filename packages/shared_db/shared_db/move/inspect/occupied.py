"""What the target holds already: the schema of that name, or the very database that is moved."""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql

from shared_db.check.finding import Verdict
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.subject import FOREIGN, Subject
from shared_db.tool_connection import ToolConnection

_OCCUPIED = """
    SELECT format('%%I.%%I', n.nspname, c.relname) AS name
      FROM pg_class AS c
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = %(schema)s
       AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
     ORDER BY 1
"""

_STANDS_BY = """
    SELECT FROM shared_db.homes WHERE schema_name = %(schema)s AND state = 'standby'
"""


def find_occupied(target: ToolConnection, schema: str) -> Iterator[Obstacle]:
    """Tables of that schema which are at the target already and are not a standby of ours."""
    values = {"schema": schema}
    names = tuple(row["name"] for row in target.execute(_OCCUPIED, values))
    row = target.execute("SELECT to_regclass('shared_db.homes') IS NOT NULL AS known").fetchone()
    stands_by = row and row["known"] and target.execute(_STANDS_BY, values).fetchone() is not None
    if not names or stands_by:
        return
    old = sql.Identifier(schema).as_string()
    new = sql.Identifier(f"{schema}_before").as_string()
    yield Obstacle(
        "target-occupied",
        Verdict.BLOCKS,
        names,
        f"The target has a schema of that name already, with {len(names)} table(s), views or "
        "sequences.",
        f"On the target, run `ALTER SCHEMA {old} RENAME TO {new}`, or name another database.",
    )


def find_same_database(
    source: ToolConnection, target: ToolConnection, subject: Subject, *, same_server: bool
) -> Iterator[Obstacle]:
    """Whether both connections lead to one database, by whatever address.

    Nothing else about such a target is worth saying: what it holds is the home itself.
    """
    if not same_server or source.info.dbname != target.info.dbname:
        return
    yield Obstacle(
        "same-database",
        Verdict.BLOCKS,
        (source.info.dbname,),
        f"{subject.name} is in the database {source.info.dbname} already, where it is to go: there "
        "is nothing to move.",
        "To move it, name another database in `--to`."
        if subject.project == FOREIGN
        else f"To move it, say where it should live: set `{subject.name.upper()}_PLACEMENT` or "
        f"`{subject.name.upper()}_DATABASE_URL`.",
    )
