"""The roles of a project: one that owns ``shared_db``, and two for each service.

Roles are cluster-wide, and two projects may share a server: every role carries the project's slug
in its name and a comment that says whose it is. A role without that comment is never adopted.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from shared_db.address import Address
from shared_db.errors import ForeignDatabase, MissingPrivilege
from shared_db.placement import ServicePlacement
from shared_db.tool_connection import ToolConnection, tool_connection

_COMMENT = "Belongs to the project {project}, made by shared-db."
_SHARED_SINCE_16 = 160000


def steward(project: str) -> str:
    """The role that owns the schema ``shared_db`` and the function that promotes."""
    return f"{project}_shared_db"


def ensure_roles(project: str, placement: ServicePlacement, address: Address) -> None:
    """Create the service's roles on the server of ``address`` and set the login's password.

    Raises:
        ForeignDatabase: a role of that name exists and is not this project's.
        MissingPrivilege: the provisioning role may not create roles.
    """
    provision = placement.provision(address)
    with tool_connection(provision) as connection:
        _one_at_a_time(connection, project)
        owner, login = placement.owner, placement.login
        for name, options in ((steward(project), "NOLOGIN"), (owner, "NOLOGIN")):
            _ensure(connection, project, name, options)
        _ensure(connection, project, login.user, "LOGIN")
        _join(connection, owner)
        _join(connection, steward(project))
        _grant(connection, owner, steward(project))
        if not _password_works(placement, address):
            _set_password(connection, login.user, login.password)


def refuse_foreign_roles(connection: ToolConnection, placement: ServicePlacement) -> bool:
    """Whether all roles of the service are there and this project's.

    Raises:
        ForeignDatabase: a role of one of those names is somebody else's.
    """
    names = (steward(placement.project), placement.owner, placement.login.user)
    found = [_is_ours(connection, placement.project, name) for name in names]
    return all(found)


def _one_at_a_time(connection: ToolConnection, project: str) -> None:
    connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('shared_db.roles:' || %s, 0))", [project]
    )


def _ensure(connection: ToolConnection, project: str, name: str, options: str) -> None:
    if _is_ours(connection, project, name):
        return
    comment = _COMMENT.format(project=project)
    role = sql.Identifier(name)
    connection.execute(
        sql.SQL("CREATE ROLE {role} {options} NOINHERIT").format(
            role=role, options=sql.SQL(options)
        )
        if options == "LOGIN"
        else sql.SQL("CREATE ROLE {role} NOLOGIN").format(role=role)
    )
    connection.execute(
        sql.SQL("COMMENT ON ROLE {role} IS {text}").format(role=role, text=sql.Literal(comment))
    )
    connection.execute(sql.SQL("ALTER ROLE {role} SET search_path = ''").format(role=role))


def _is_ours(connection: ToolConnection, project: str, name: str) -> bool:
    """Whether the role exists.

    Raises:
        ForeignDatabase: it does, without this project's mark.
    """
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_authid') AS comment FROM pg_roles WHERE rolname = %s",
        [name],
    ).fetchone()
    if row is not None and row["comment"] != _COMMENT.format(project=project):
        raise ForeignDatabase(
            f"The role {name} exists but is not this project's: set PROJECT to another name, or "
            "drop that role if nothing uses it."
        )
    return row is not None


def _join(connection: ToolConnection, name: str) -> None:
    """Make the provisioning role a member, so that it can act as the owner."""
    row = connection.execute(
        "SELECT pg_has_role(current_user, %s, 'USAGE') AS uses, current_user AS me,"
        " (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS super",
        [name],
    ).fetchone()
    if row is None or row["super"]:
        return
    if row["uses"] and _may_set(connection, name):
        return
    options = sql.SQL("")
    if connection.info.server_version >= _SHARED_SINCE_16:
        options = sql.SQL(" WITH INHERIT TRUE, SET TRUE")
    try:
        connection.execute(
            sql.SQL("GRANT {role} TO {me}").format(
                role=sql.Identifier(name), me=sql.Identifier(row["me"])
            )
            + options
        )
    except psycopg.errors.InsufficientPrivilege as error:
        raise MissingPrivilege(
            f"The role {row['me']} cannot act as {name}, which another role created: run "
            f"`GRANT {name} TO {row['me']} WITH ADMIN OPTION` as that role or as a superuser."
        ) from error


def _may_set(connection: ToolConnection, name: str) -> bool:
    kind = "SET" if connection.info.server_version >= _SHARED_SINCE_16 else "MEMBER"
    row = connection.execute(
        "SELECT pg_has_role(current_user, %s, %s) AS may", [name, kind]
    ).fetchone()
    return bool(row and row["may"])


def _grant(connection: ToolConnection, role: str, member: str) -> None:
    row = connection.execute(
        "SELECT pg_has_role(%s, %s, 'MEMBER') AS already", [member, role]
    ).fetchone()
    if not (row and row["already"]):
        connection.execute(
            sql.SQL("GRANT {role} TO {member}").format(
                role=sql.Identifier(role), member=sql.Identifier(member)
            )
        )


def _password_works(placement: ServicePlacement, address: Address) -> bool:
    maintenance = placement.provision(address).maintenance
    probe = maintenance.named(address.database)
    try:
        psycopg.connect(probe.url(placement.login), connect_timeout=5).close()
    except psycopg.OperationalError as error:
        refused = "authentication failed" in str(error) or "no password" in str(error)
        return not refused and "does not exist" not in str(error)
    return True


def _set_password(connection: ToolConnection, role: str, password: str) -> None:
    connection.execute(
        sql.SQL("ALTER ROLE {role} PASSWORD {password}").format(
            role=sql.Identifier(role), password=sql.Literal(password)
        )
    )
