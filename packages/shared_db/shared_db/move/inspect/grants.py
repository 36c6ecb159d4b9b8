"""Privileges that would outlive the fence, since they are not those of the fenced roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared_db.check.finding import Verdict
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.rule import Rule, find_by
from shared_db.move.subject import Subject
from shared_db.tool_connection import ToolConnection

_GRANTS = """
    WITH granted AS (
        SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,
               format('%%I.%%I', n.nspname, c.relname) AS object, NULL AS part,
               c.relowner AS owner, x.grantee, x.privilege_type AS privilege
          FROM pg_class AS c
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
         CROSS JOIN aclexplode(c.relacl) AS x
         WHERE n.nspname = %(schema)s
           AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        UNION ALL
        SELECT 'TABLE', format('%%I.%%I', n.nspname, c.relname), quote_ident(a.attname),
               c.relowner, x.grantee, x.privilege_type
          FROM pg_attribute AS a
          JOIN pg_class AS c ON c.oid = a.attrelid
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
         CROSS JOIN aclexplode(a.attacl) AS x
         WHERE n.nspname = %(schema)s
    ), by_object AS (
        SELECT grantee, kind, object, bool_and(part IS NOT NULL) AS only_columns,
               string_agg(
                   privilege || coalesce(' (' || part || ')', ''), ', ' ORDER BY part, privilege
               ) AS privileges
          FROM granted
         WHERE grantee <> owner
         GROUP BY grantee, kind, object
    )
    SELECT coalesce(quote_ident(r.rolname), 'PUBLIC') AS name,
           b.grantee = 0 AS is_public,
           EXISTS (
               SELECT FROM pg_roles AS m
                WHERE m.rolname = ANY (%(roles)s) AND NOT m.rolsuper
                  AND b.grantee <> 0 AND pg_has_role(m.oid, b.grantee, 'MEMBER')
           ) AS is_group,
           bool_and(b.only_columns) AS only_columns,
           array_agg(b.object ORDER BY b.object) AS objects,
           string_agg(
               format('GRANT %%s ON %%s %%s TO %%s; REVOKE ALL ON %%s %%s FROM %%s',
                      b.privileges, b.kind, b.object, %(grantees)s::text,
                      b.kind, b.object, coalesce(quote_ident(r.rolname), 'PUBLIC')),
               '; ' ORDER BY b.object
           ) AS instead,
           string_agg(
               format('REVOKE ALL ON %%s %%s FROM %%s', b.kind, b.object, quote_ident(r.rolname)),
               '; ' ORDER BY b.object
           ) AS away
      FROM by_object AS b
      LEFT JOIN pg_roles AS r ON r.oid = b.grantee
     WHERE coalesce(r.rolname, 'PUBLIC') <> ALL (%(roles)s)
       AND coalesce(r.rolname <> %(owner)s AND NOT r.rolsuper, true)
     GROUP BY 1, 2, b.grantee
     ORDER BY 1
"""

_DEFINER = Rule(
    "open-definer-function",
    Verdict.WARNS,
    "{name} runs as its owner and everybody may call it: a statement prepared before the cut could "
    "go on reading the former home through it.",
    "On the source, run `GRANT EXECUTE ON ROUTINE {name} TO {grantees}; "
    "REVOKE EXECUTE ON ROUTINE {name} FROM PUBLIC`.",
    """
    SELECT p.oid::regprocedure::text AS name, %(grantees)s::text AS grantees
      FROM pg_proc AS p
      JOIN pg_namespace AS n ON n.oid = p.pronamespace
     CROSS JOIN aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS x
     WHERE n.nspname = %(schema)s
       AND p.prosecdef
       AND x.grantee = 0
       AND 'PUBLIC' <> ALL (%(roles)s)
     ORDER BY 1
    """,
)


def find_grants(connection: ToolConnection, subject: Subject) -> Iterator[Obstacle]:
    """PUBLIC, groups and other roles that have tables of the schema and would not be fenced."""
    values: dict[str, Any] = {"schema": subject.schema, "roles": list(subject.roles)}
    row = connection.execute(
        "SELECT string_agg(quote_ident(role), ', ') AS grantees "
        "  FROM unnest(%(roles)s::text[]) AS role",
        values,
    ).fetchone()
    values |= {"owner": subject.owner, "grantees": row["grantees"] if row else ""}
    for found in connection.execute(_GRANTS, values):
        yield _obstacle(found)
    yield from find_by([_DEFINER], connection, values)


def _obstacle(found: dict[str, Any]) -> Obstacle:
    name, objects = found["name"], tuple(found["objects"])
    if found["is_public"] or found["is_group"]:
        who = "everybody has" if found["is_public"] else f"a fenced role has through {name}"
        return Obstacle(
            "uncovered-public" if found["is_public"] else "uncovered-group",
            Verdict.BLOCKS,
            (name, *objects),
            f"The fence would leave what {who}: privileges on {len(objects)} object(s) of the "
            "schema.",
            f"On the source, run `{found['instead']}`, or name {name} as a role of the move too.",
        )
    verdict = Verdict.INFORMS if found["only_columns"] else Verdict.WARNS
    what = "columns of" if found["only_columns"] else "privileges on"
    return Obstacle(
        "uncovered-role",
        verdict,
        (name, *objects),
        f"{name} has {what} {len(objects)} object(s) of the schema and is not fenced: it would go "
        "on reading the former home.",
        f"On the source, run `{found['away']}`, or name {name} as a role of the move too.",
    )
