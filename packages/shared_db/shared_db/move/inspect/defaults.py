"""Settings that belong to the database or to a role there, and so do not move with the schema."""

from __future__ import annotations

from collections.abc import Iterator

from shared_db.check.finding import Verdict
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.subject import Subject
from shared_db.tool_connection import ToolConnection

_SETTINGS = """
    SELECT coalesce(r.rolname, '') AS role, coalesce(quote_ident(r.rolname), '') AS quoted,
           s.setdatabase <> 0 AS of_database,
           split_part(c.line, '=', 1) AS name, substr(c.line, strpos(c.line, '=') + 1) AS value
      FROM pg_db_role_setting AS s
      LEFT JOIN pg_roles AS r ON r.oid = s.setrole
     CROSS JOIN unnest(s.setconfig) AS c (line)
     WHERE (s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND %(with_database)s OR s.setdatabase = 0)
       AND (s.setrole = 0 OR r.rolname = ANY (%(roles)s))
     ORDER BY 1, 4
"""

_LISTS = frozenset({"search_path", "session_preload_libraries", "temp_tablespaces"})
"""Their value is a list of names, quoted already where it must be."""


def find_defaults(
    source: ToolConnection,
    target: ToolConnection,
    subject: Subject,
    database: str,
    *,
    target_exists: bool,
) -> Iterator[Obstacle]:
    """Settings of the source's database, and of the fenced roles, that the target has otherwise.

    Args:
        source: the home.
        target: a database of the target server.
        subject: the schema and its roles.
        database: the target's name, quoted.
        target_exists: whether ``target`` is the target database itself.
    """
    roles = list(subject.roles)
    theirs = {
        (row["role"], row["of_database"], row["name"]): row["value"]
        for row in target.execute(_SETTINGS, {"roles": roles, "with_database": target_exists})
    }
    for row in source.execute(_SETTINGS, {"roles": roles, "with_database": True}):
        if theirs.get((row["role"], row["of_database"], row["name"])) == row["value"]:
            continue
        if row["role"].startswith(f"{subject.project}_"):
            continue
        place = f" IN DATABASE {database}" if row["of_database"] else ""
        place = f"ROLE {row['quoted'] or 'ALL'}{place}"
        whose = f"for {row['quoted']} " if row["role"] else ""
        value = row["value"] if row["name"] in _LISTS else _literal(row["value"])
        yield Obstacle(
            "default-setting",
            Verdict.WARNS,
            (row["name"],),
            f"The source sets {row['name']} = {row['value']} {whose}by default; the target does "
            "not.",
            f"On the target, run `ALTER {place} SET {row['name']} = {value}`.",
        )


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
