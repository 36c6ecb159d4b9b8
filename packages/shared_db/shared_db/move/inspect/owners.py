"""Applications that log in as the owner of what they use."""

from __future__ import annotations

from collections.abc import Iterator

from shared_db.check.finding import Verdict
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.subject import Subject
from shared_db.tool_connection import ToolConnection

_OWNED = """
    WITH owned AS (
        SELECT nspowner AS owner, format('SCHEMA %%I', nspname) AS object, 1 AS place
          FROM pg_namespace
         WHERE nspname = %(schema)s
        UNION ALL
        SELECT c.relowner,
               CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW'
                              WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE'
                              ELSE 'TABLE' END || format(' %%I.%%I', n.nspname, c.relname),
               2
          FROM pg_class AS c
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = %(schema)s
           AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
           AND NOT EXISTS (
                   SELECT FROM pg_depend AS d
                    WHERE (d.classid, d.objid) = ('pg_class'::regclass, c.oid)
                      AND c.relkind = 'S' AND d.deptype IN ('a', 'i')
               )
        UNION ALL
        SELECT p.proowner, 'ROUTINE ' || p.oid::regprocedure, 3
          FROM pg_proc AS p
          JOIN pg_namespace AS n ON n.oid = p.pronamespace
         WHERE n.nspname = %(schema)s
        UNION ALL
        SELECT t.typowner, format('TYPE %%I.%%I', n.nspname, t.typname), 4
          FROM pg_type AS t
          JOIN pg_namespace AS n ON n.oid = t.typnamespace
          LEFT JOIN pg_class AS c ON c.oid = t.typrelid
         WHERE n.nspname = %(schema)s
           AND (t.typtype IN ('d', 'e', 'r') OR c.relkind = 'c')
    )
    SELECT quote_ident(r.rolname) AS name, quote_ident(w.new_owner) AS new_owner,
           EXISTS (SELECT FROM pg_roles WHERE rolname = w.new_owner) AS exists,
           array_agg(o.object ORDER BY o.place, o.object) AS objects
      FROM owned AS o
      JOIN pg_roles AS r ON r.oid = o.owner
     CROSS JOIN LATERAL (
               SELECT CASE WHEN %(owner)s = ANY (%(roles)s) THEN left(r.rolname, 57) || '_owner'
                           ELSE %(owner)s END AS new_owner
           ) AS w
     WHERE r.rolname = ANY (%(roles)s)
     GROUP BY 1, 2, 3
     ORDER BY 1
"""

_GIVEN = (
    "GRANT USAGE ON SCHEMA {schema} TO {name}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {name}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}",
    "GRANT EXECUTE ON ALL ROUTINES IN SCHEMA {schema} TO {name}",
)


def find_owning_roles(connection: ToolConnection, subject: Subject) -> Iterator[Obstacle]:
    """Roles of the applications that own the schema or something in it."""
    values = {"schema": subject.schema, "roles": list(subject.roles), "owner": subject.owner}
    row = connection.execute("SELECT quote_ident(%(schema)s) AS schema", values).fetchone()
    schema = row["schema"] if row else ""
    for found in connection.execute(_OWNED, values):
        name, owner = found["name"], found["new_owner"]
        statements = [] if found["exists"] else [f"CREATE ROLE {owner} NOLOGIN"]
        statements += [f"ALTER {one} OWNER TO {owner}" for one in found["objects"]]
        statements += [given.format(schema=schema, name=name) for given in _GIVEN]
        yield Obstacle(
            code="owning-role",
            verdict=Verdict.BLOCKS,
            objects=(name, *(one.partition(" ")[2] for one in found["objects"])),
            sentence=f"{name} owns {_listed(found['objects'])}: what an owner may do cannot be "
            "taken away, and rows are applied as the owner.",
            remedy=f"On the source, give them to a role that nobody logs in as: "
            f"`{'; '.join(statements)}`.",
        )


def _listed(objects: list[str], most: int = 3) -> str:
    shown = ", ".join(objects[:most])
    return shown if len(objects) <= most else f"{shown} and {len(objects) - most} more"
