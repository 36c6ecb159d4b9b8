"""Roles that the target server lacks, or that could not use the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg import sql

from shared_db.check.finding import Verdict
from shared_db.move.inspect.housed import HOUSED
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.subject import Subject
from shared_db.tool_connection import ToolConnection

_NEEDED = sql.SQL("""
    WITH housed AS MATERIALIZED ({housed}), needed AS (
        SELECT s.refobjid AS role
          FROM pg_shdepend AS s
          JOIN housed AS h ON (h.classid, h.objid) = (s.classid, s.objid)
          JOIN pg_namespace AS n ON n.oid = h.schema
         WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND s.refclassid = 'pg_authid'::regclass
           AND n.nspname = %(schema)s
        UNION
        SELECT s.refobjid
          FROM pg_shdepend AS s
          JOIN pg_default_acl AS d ON (s.classid, s.objid) = ('pg_default_acl'::regclass, d.oid)
          JOIN pg_namespace AS n ON n.oid = d.defaclnamespace
         WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND n.nspname = %(schema)s
        UNION
        SELECT c.relowner
          FROM pg_class AS c
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = %(schema)s
        UNION
        SELECT oid FROM pg_roles WHERE rolname = ANY (%(named)s)
    )
    SELECT r.rolname AS role, r.rolcanlogin AS logs_in, quote_ident(r.rolname) AS name
      FROM needed
      JOIN pg_roles AS r ON r.oid = needed.role
     ORDER BY 1
""").format(housed=HOUSED)

_KNOWN = """
    SELECT rolname, rolcanlogin,
           has_database_privilege(oid, current_database(), 'CONNECT') AS may_connect,
           quote_ident(current_database()) AS database
      FROM pg_roles
     WHERE rolname = ANY (%(roles)s)
"""


@dataclass(frozen=True)
class NeededRole:
    """A role without which the schema cannot be made or used at the target.

    Args:
        role: its name.
        quoted: its name in a statement.
        logs_in: whether it may log in to the source.
        is_fenced: whether it is one of the roles that use the schema.
    """

    role: str
    quoted: str
    logs_in: bool
    is_fenced: bool


def needed_roles(source: ToolConnection, subject: Subject) -> tuple[NeededRole, ...]:
    """Owners, grantees, and the roles of policies and default privileges.

    Roles of this project are left out: a move makes them where they are missing.
    """
    values = {"schema": subject.schema, "named": [subject.owner, *subject.roles]}
    return tuple(
        NeededRole(row["role"], row["name"], row["logs_in"], row["role"] in subject.roles)
        for row in source.execute(_NEEDED, values)
        if not row["role"].startswith(f"{subject.project}_")
    )


def find_target_roles(
    needed: Sequence[NeededRole], target: ToolConnection, *, target_exists: bool
) -> Iterator[Obstacle]:
    """Roles that the target server does not know, or does not let in.

    Args:
        needed: what ``needed_roles`` found at the source.
        target: a database of the target server.
        target_exists: whether it is the target database itself.
    """
    known = {
        row["rolname"]: row
        for row in target.execute(_KNOWN, {"roles": [one.role for one in needed]})
    }
    for one in needed:
        name, found = one.quoted, known.get(one.role)
        if found is None:
            statement = f"CREATE ROLE {name} {'LOGIN' if one.logs_in else 'NOLOGIN'}"
            password = ", with the password that it has on the source" if one.logs_in else ""
            yield _obstacle(
                "missing-role", name, "is unknown to the target server", statement, password
            )
        elif one.is_fenced and not found["rolcanlogin"]:
            statement = f"ALTER ROLE {name} LOGIN"
            yield _obstacle(
                "role-cannot-log-in", name, "may not log in to the target server", statement
            )
        elif one.is_fenced and target_exists and not found["may_connect"]:
            statement = f"GRANT CONNECT ON DATABASE {found['database']} TO {name}"
            lacks = f"may not connect to the database {found['database']}"
            yield _obstacle("role-cannot-connect", name, lacks, statement)


def _obstacle(code: str, name: str, lacks: str, statement: str, more: str = "") -> Obstacle:
    return Obstacle(
        code,
        Verdict.BLOCKS,
        (name,),
        f"The role {name} {lacks}.",
        f"On the target, run `{statement}`{more}.",
    )
