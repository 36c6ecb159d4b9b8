"""The roles that the clone needs: owners, those that hold privileges, and their groups."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from shared_db import ConfigurationError
from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.cloning.source import Source

OWN_ROLE = "shared_db_rehearsal"
"""The role that writes when none is given; it has all that an application may be granted."""

_ATTRIBUTES = {
    "superuser": ("SUPERUSER", "NOSUPERUSER"),
    "inherits": ("INHERIT", "NOINHERIT"),
    "makes_roles": ("CREATEROLE", "NOCREATEROLE"),
    "makes_databases": ("CREATEDB", "NOCREATEDB"),
    "logs_in": ("LOGIN", "NOLOGIN"),
    "replicates": ("REPLICATION", "NOREPLICATION"),
    "bypasses": ("BYPASSRLS", "NOBYPASSRLS"),
}

_ROLES = """
WITH RECURSIVE named AS (
    SELECT refobjid AS oid
      FROM pg_shdepend
     WHERE refclassid = 'pg_authid'::regclass
       AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    UNION
    SELECT nspowner FROM pg_namespace
    UNION
    SELECT relowner FROM pg_class
    UNION
    SELECT oid FROM pg_roles WHERE rolname = ANY (%(roles)s)
), needed AS (
    SELECT oid FROM named
    UNION
    SELECT m.roleid FROM pg_auth_members AS m JOIN needed AS n ON n.oid = m.member
)
SELECT r.rolname AS name, r.rolsuper AS superuser, r.rolinherit AS inherits,
       r.rolcreaterole AS makes_roles, r.rolcreatedb AS makes_databases,
       r.rolcanlogin AS logs_in, r.rolreplication AS replicates, r.rolbypassrls AS bypasses,
       array(SELECT g.rolname::text
               FROM pg_auth_members AS m
               JOIN pg_roles AS g ON g.oid = m.roleid
              WHERE m.member = r.oid
                AND coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true)) AS groups
  FROM needed
  JOIN pg_roles AS r ON r.oid = needed.oid
 WHERE r.rolname NOT LIKE 'pg\\_%%'
 ORDER BY r.rolname
"""


@dataclass(frozen=True)
class Roles:
    """The roles of a clone.

    Args:
        known: as the source has them.
        writing: those that log in and write.
        password: theirs, made up for this rehearsal.
    """

    known: list[dict[str, Any]]
    writing: tuple[str, ...]
    password: str

    @property
    def is_own(self) -> bool:
        """Whether the role that writes was made up."""
        return self.writing == (OWN_ROLE,)


def read_roles(source: Source, wanted: tuple[str, ...]) -> Roles:
    """The roles that the database's definitions name.

    Args:
        source: the database.
        wanted: those that are to write; none lets a role of the rehearsal's own do it.

    Raises:
        ConfigurationError: the source has no role of a wanted name, or it may not log in.
    """
    known = source.rows(_ROLES, {"roles": list(wanted)})
    for name in wanted:
        if not any(role["name"] == name and role["logs_in"] for role in known):
            raise ConfigurationError(
                f"{source.side.tool} has no login role {name}: name roles with which applications "
                "log in, or leave --role out to let one of the rehearsal's own write."
            )
    return Roles(known, wanted or (OWN_ROLE,), secrets.token_urlsafe(24))


def create_roles(server: ToolConnection, roles: Roles) -> None:
    """Make the roles at a server, those that write with the rehearsal's password.

    Args:
        server: any database of it, as a superuser.
        roles: which.
    """
    for role in roles.known:
        attributes = [yes if role[name] else no for name, (yes, no) in _ATTRIBUTES.items()]
        _create(server, role["name"], " ".join(attributes))
    if roles.is_own:
        _create(server, OWN_ROLE, "LOGIN")
    for name in roles.writing:
        server.execute(
            sql.SQL("ALTER ROLE {role} PASSWORD {password}").format(
                role=sql.Identifier(name), password=sql.Literal(roles.password)
            )
        )
    for member, group in _memberships(roles):
        server.execute(
            sql.SQL("GRANT {group} TO {member}").format(
                group=sql.Identifier(group), member=sql.Identifier(member)
            )
        )


def grant_everything(connection: ToolConnection, schema: str) -> None:
    """Let the rehearsal's own role use a schema as an application would."""
    for statement in (
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        "GRANT EXECUTE ON ALL ROUTINES IN SCHEMA {schema} TO {role}",
    ):
        connection.execute(
            sql.SQL(statement).format(schema=sql.Identifier(schema), role=sql.Identifier(OWN_ROLE))
        )


def _create(server: ToolConnection, name: str, attributes: str) -> None:
    try:
        server.execute(
            sql.SQL("CREATE ROLE {name} {attributes}").format(
                name=sql.Identifier(name), attributes=sql.SQL(attributes)
            )
        )
    except psycopg.errors.DuplicateObject:
        return  # the superuser of the throwaway server, whose name is often that of the source's


def _memberships(roles: Roles) -> Iterator[tuple[str, str]]:
    for role in roles.known:
        yield from ((role["name"], group) for group in role["groups"])
