"""What the tool's own role must be able to do, without being a superuser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared_db.move.inspect.abilities import (
    CREATES_DATABASES,
    CREATES_SCHEMAS,
    ENDS_SESSIONS,
    REPLICATES,
    SETS_DEADLOCK_TIMEOUT,
    SUBSCRIBES,
    Need,
)
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.server import SideName
from shared_db.move.subject import Subject
from shared_db.tool_connection import ToolConnection

_GRANTABLE_SINCE = 160000

_ABILITIES = """
    SELECT r.rolsuper AS is_super, r.rolreplication AS replicates,
           r.rolcreatedb AS creates_databases, r.rolcreaterole AS creates_roles,
           quote_ident(r.rolname) AS me,
           quote_ident(current_database()) AS database,
           has_database_privilege(current_database(), 'CREATE') AS creates_schemas,
           coalesce(pg_has_role(s.oid, 'USAGE'), false) AS subscribes,
           pg_has_role('pg_signal_backend', 'USAGE') AS ends_sessions,
           has_parameter_privilege('deadlock_timeout', 'SET') AS sets_deadlock_timeout
      FROM pg_roles AS r
      LEFT JOIN pg_roles AS s ON s.rolname = 'pg_create_subscription'
     WHERE r.rolname = current_user
"""

_OWNERS = """
    SELECT DISTINCT quote_ident(o.rolname) AS name
      FROM (
               SELECT nspowner FROM pg_namespace WHERE nspname = %(schema)s
               UNION
               SELECT c.relowner
                 FROM pg_class AS c
                 JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE n.nspname = %(schema)s AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
               UNION
               SELECT oid FROM pg_roles WHERE rolname = %(owner)s
           ) AS w (oid)
      JOIN pg_roles AS o ON o.oid = w.oid
     WHERE NOT (pg_has_role(o.oid, 'USAGE') AND pg_has_role(o.oid, %(acting)s))
     ORDER BY 1
"""

_MISSING_ROLES = """
    SELECT count(*) AS missing
      FROM unnest(%(roles)s::text[]) AS role
     WHERE role <> 'PUBLIC' AND role NOT IN (SELECT rolname FROM pg_roles)
"""


def find_privileges(
    connection: ToolConnection,
    subject: Subject,
    side: SideName,
    *,
    target_exists: bool = True,
    same_role: bool = False,
) -> Iterator[Obstacle]:
    """What the connection's role lacks there.

    Args:
        connection: the home, or a database of the target server.
        subject: the schema and its roles.
        side: which of the two it is.
        target_exists: whether it is the side's database itself.
        same_role: whether that very role was inspected on that very server already.
    """
    row: dict[str, Any] = connection.execute(_ABILITIES).fetchone() or {}
    if row["is_super"]:
        return
    grantable = connection.info.server_version >= _GRANTABLE_SINCE
    needs = [CREATES_SCHEMAS if target_exists else CREATES_DATABASES]
    if not same_role:
        needs += [REPLICATES, *([SUBSCRIBES] if grantable else [])]
        needs += [ENDS_SESSIONS, SETS_DEADLOCK_TIMEOUT]
    for need in needs:
        if not row[need.ability]:
            yield _obstacle(need, row, side)
    if same_role:
        return
    values = {
        "schema": subject.schema,
        "owner": subject.owner,
        "acting": "SET" if grantable else "MEMBER",
    }
    for owner in connection.execute(_OWNERS, values):
        name = owner["name"]
        purpose = f"cannot act as {name}, which owns the schema or tables of it"
        yield _obstacle(
            Need("may-not-act-as-owner", "", purpose, f"GRANT {name} TO {{me}}"), row, side
        )


def find_role_creation(target: ToolConnection, subject: Subject) -> Iterator[Obstacle]:
    """Whether the role may make the project's roles, where the target lacks some."""
    names = [subject.owner, *subject.roles]
    own = [name for name in names if name.startswith(f"{subject.project}_")]
    found: dict[str, Any] = target.execute(_MISSING_ROLES, {"roles": own}).fetchone() or {}
    row: dict[str, Any] = target.execute(_ABILITIES).fetchone() or {}
    if found["missing"] and not row["is_super"] and not row["creates_roles"]:
        purpose = "lacks CREATEROLE, and the project's roles do not exist there"
        yield _obstacle(
            Need("may-not-create-role", "", purpose, "ALTER ROLE {me} CREATEROLE"), row, "target"
        )


def _obstacle(need: Need, row: dict[str, Any], side: SideName) -> Obstacle:
    return Obstacle(
        need.code,
        need.verdict,
        (row["me"],),
        f"The tool's role {row['me']} on the {side} {need.purpose.format_map(row)}.",
        f"On the {side}, run `{need.statement.format_map(row)}`.",
    )
