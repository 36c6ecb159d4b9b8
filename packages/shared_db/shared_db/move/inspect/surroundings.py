"""What the definitions take for granted around the schema: tablespaces, the system's collations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import sql

from shared_db.check.finding import Verdict
from shared_db.move.inspect.housed import HOUSED
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.tool_connection import ToolConnection

_TABLESPACES = """
    SELECT t.spcname AS tablespace, quote_ident(t.spcname) AS quoted,
           format('%%I.%%I', n.nspname, c.relname) AS name,
           CASE WHEN c.relkind IN ('i', 'I') THEN 'INDEX' WHEN c.relkind = 'm'
                THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END AS kind
      FROM pg_class AS c
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_tablespace AS t ON t.oid = c.reltablespace
     WHERE n.nspname = %(schema)s
     ORDER BY 1, 3
"""

_COLLATIONS = sql.SQL("""
    WITH housed AS MATERIALIZED ({housed})
    SELECT DISTINCT l.collname AS collation
      FROM pg_depend AS d
      JOIN housed AS h ON (h.classid, h.objid) = (d.classid, d.objid)
      JOIN pg_namespace AS n ON n.oid = h.schema
      JOIN pg_collation AS l ON d.refclassid = 'pg_collation'::regclass AND d.refobjid = l.oid
     WHERE n.nspname = %(schema)s
       AND l.collnamespace = 'pg_catalog'::regnamespace
     ORDER BY 1
""").format(housed=HOUSED)

_KNOWN = """
    SELECT array(SELECT spcname::text FROM pg_tablespace) AS tablespaces,
           array(SELECT collname::text FROM pg_collation
                  WHERE collnamespace = 'pg_catalog'::regnamespace) AS collations
"""


@dataclass(frozen=True)
class Surroundings:
    """What a schema needs around it.

    Args:
        tablespaces: each with its quoted name, and the kind and name of what lies there.
        collations: names in ``pg_catalog`` which were not made by Postgres itself.
    """

    tablespaces: tuple[tuple[str, str, str, str], ...]
    collations: tuple[str, ...]


def needed_surroundings(source: ToolConnection, schema: str) -> Surroundings:
    """The tablespaces and collations that the schema's definitions name."""
    values = {"schema": schema}
    return Surroundings(
        tablespaces=tuple(
            (row["tablespace"], row["quoted"], row["kind"], row["name"])
            for row in source.execute(_TABLESPACES, values)
        ),
        collations=tuple(row["collation"] for row in source.execute(_COLLATIONS, values)),
    )


def find_surroundings(needed: Surroundings, target: ToolConnection) -> Iterator[Obstacle]:
    """Tablespaces and collations that the target lacks."""
    known = target.execute(_KNOWN, {}).fetchone() or {}
    for tablespace, quoted, kind, name in needed.tablespaces:
        if tablespace not in known["tablespaces"]:
            yield Obstacle(
                "missing-tablespace",
                Verdict.BLOCKS,
                (name, quoted),
                f"{name} lies in the tablespace {quoted}, which the target server does not have.",
                f"On the source, run `ALTER {kind} {name} SET TABLESPACE pg_default`, or create "
                "the tablespace on the target.",
            )
    for collation in needed.collations:
        if collation not in known["collations"]:
            yield Obstacle(
                "missing-collation",
                Verdict.BLOCKS,
                (collation,),
                f"The schema uses the collation {collation}, which the target does not have.",
                "Install that locale on the target's machine; then, in the target database, run "
                "`SELECT pg_import_system_collations('pg_catalog')`.",
            )
