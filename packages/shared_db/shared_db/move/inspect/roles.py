"""Roles that no fence holds: a superuser, an owner, a member of either.

The fence takes privileges away from the roles that use the schema. What a role has as an owner,
or through a membership, stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared_db.check.finding import Verdict
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.rule import Rule, find_by
from shared_db.move.subject import Subject
from shared_db.tool_connection import ToolConnection

_OWNERS = """
        SELECT nspowner AS oid FROM pg_namespace WHERE nspname = %(schema)s
        UNION
        SELECT c.relowner
          FROM pg_class AS c
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = %(schema)s AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
"""

_MEMBERSHIP = """
        SELECT quote_ident(r.rolname) AS name, quote_ident(g.rolname) AS granted,
               quote_ident(m.rolname) AS member
          FROM pg_roles AS r
          JOIN pg_auth_members AS a ON a.member = r.oid OR pg_has_role(r.oid, a.member, 'MEMBER')
          JOIN pg_roles AS m ON m.oid = a.member
          JOIN pg_roles AS g ON g.oid = a.roleid
         WHERE r.rolname = ANY (%(roles)s)
           AND NOT r.rolsuper
           AND NOT m.rolsuper
"""

_RULES = (
    Rule(
        "unknown-role",
        Verdict.BLOCKS,
        "There is no role {name} on the source.",
        "Name the roles that use the schema; on the source, they are among those of "
        "`SELECT rolname FROM pg_roles WHERE rolcanlogin`.",
        """
        SELECT quote_ident(role) AS name
          FROM unnest(%(roles)s::text[]) AS role
         WHERE role <> 'PUBLIC'
           AND role NOT IN (SELECT rolname FROM pg_roles)
         ORDER BY 1
        """,
    ),
    Rule(
        "superuser-role",
        Verdict.BLOCKS,
        "{name} is a superuser: no fence keeps it away from the former home.",
        "On the source, run `ALTER ROLE {name} NOSUPERUSER`.",
        """
        SELECT quote_ident(rolname) AS name
          FROM pg_roles
         WHERE rolname = ANY (%(roles)s) AND rolsuper
         ORDER BY 1
        """,
    ),
    Rule(
        "reads-everything",
        Verdict.BLOCKS,
        "{name} has all tables through {granted}: the fence cannot take them away.",
        "On the source, run `REVOKE {granted} FROM {member}`.",
        _MEMBERSHIP + " AND g.rolname IN ('pg_read_all_data', 'pg_write_all_data') ORDER BY 1, 2",
    ),
    Rule(
        "member-of-owner",
        Verdict.BLOCKS,
        "{name} is a member of {granted}, which owns the schema or tables of it: it keeps the "
        "owner's rights.",
        "On the source, run `REVOKE {granted} FROM {member}`.",
        _MEMBERSHIP + f" AND g.oid IN ({_OWNERS}) AND r.oid NOT IN ({_OWNERS})" + " ORDER BY 1, 2",
    ),
    Rule(
        "owner-logs-in",
        Verdict.WARNS,
        "{name}, which owns the schema or tables of it, may log in and is none of the roles that "
        "are fenced: its sessions could go on reading the former home.",
        "On the source, run `ALTER ROLE {name} NOLOGIN`.",
        """
        SELECT quote_ident(rolname) AS name
          FROM pg_roles
         WHERE oid = ANY (%(owners)s)
           AND rolcanlogin
           AND NOT rolsuper
           AND rolname <> ALL (%(roles)s)
           AND rolname NOT IN (current_user, session_user)
         ORDER BY 1
        """,
    ),
)


def find_roles(connection: ToolConnection, subject: Subject) -> Iterator[Obstacle]:
    """Roles of the applications whose access could not be taken away, and owners that log in."""
    values: dict[str, Any] = {"schema": subject.schema, "roles": list(subject.roles)}
    values["owners"] = [row["oid"] for row in connection.execute(_OWNERS, values)]
    yield from find_by(_RULES, connection, values)
