"""What relies on the schema without being in any: a dump of the schema leaves it out."""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql

from shared_db.check.finding import Verdict
from shared_db.move.inspect.housed import HOUSED
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.tool_connection import ToolConnection

_UNHOUSED = sql.SQL("""
    WITH housed AS MATERIALIZED ({housed})
    SELECT i.type, i.identity AS name, min(r.identity) AS reference
      FROM pg_depend AS d
      JOIN housed AS h ON (h.classid, h.objid) = (d.refclassid, d.refobjid)
      JOIN pg_namespace AS n ON n.oid = h.schema
     CROSS JOIN pg_identify_object(d.classid, d.objid, 0) AS i
     CROSS JOIN pg_identify_object(d.refclassid, d.refobjid, 0) AS r
     WHERE n.nspname = %(schema)s
       AND d.deptype IN ('n', 'a')
       AND d.classid IN (
               'pg_cast'::regclass, 'pg_event_trigger'::regclass, 'pg_transform'::regclass,
               'pg_language'::regclass, 'pg_foreign_data_wrapper'::regclass, 'pg_am'::regclass
           )
       AND NOT EXISTS (
               SELECT FROM pg_depend AS x
                WHERE x.deptype = 'e'
                  AND ((x.classid, x.objid) = (d.classid, d.objid)
                       OR (x.classid, x.objid) = (d.refclassid, d.refobjid))
           )
     GROUP BY i.type, i.identity
     ORDER BY i.type, i.identity
""").format(housed=HOUSED)


def find_unhoused(connection: ToolConnection, schema: str) -> Iterator[Obstacle]:
    """Casts, event triggers and the like that would not come along."""
    for row in connection.execute(_UNHOUSED, {"schema": schema}):
        yield Obstacle(
            code=f"unhoused-{row['type'].replace(' ', '-')}",
            verdict=Verdict.BLOCKS,
            objects=(row["name"], row["reference"]),
            sentence=f"The {row['type']} {row['name']} relies on {row['reference']} but lies in "
            "no schema: it would not come along.",
            remedy=f"On the source, run `DROP {row['type'].upper()} {row['name']}`, and make it "
            "again at the target after the move.",
        )
