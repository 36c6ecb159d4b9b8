"""The two databases: they sort text and are set like the one that is cloned."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from psycopg import sql
from shared_db.move.inspect.locales import read_locale
from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.cloning.roles import Roles
from rehearsal.any_schema.cloning.source import Source

SOURCE = "rehearsal"
"""The database of the clone."""

TARGET = "rehearsal_moved"
"""The database that it moves to, on the same server or on another."""

_SETTINGS = """
SELECT r.rolname AS role, s.setdatabase <> 0 AS of_database,
       split_part(c.line, '=', 1) AS name, substr(c.line, strpos(c.line, '=') + 1) AS value
  FROM pg_db_role_setting AS s
  LEFT JOIN pg_roles AS r ON r.oid = s.setrole
 CROSS JOIN unnest(s.setconfig) AS c (line)
 WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
   AND (s.setrole = 0 OR r.rolname = ANY (%s))
"""


def create_database(server: ToolConnection, name: str, source: Source) -> Iterator[str]:
    """Make a database like the source's.

    Args:
        server: the maintenance database of a throwaway server, as a superuser.
        name: of the new database.
        source: the database that is cloned.

    Yields:
        What could not be made alike, in sentences.
    """
    locale = read_locale(source.connection, source.side.tool.database)
    try:
        server.execute(sql.SQL(locale.statement(name)))
    except psycopg.Error as error:
        yield (
            f"The throwaway server does not know the locale of {source.side.tool} "
            f"({error.diag.message_primary}): text sorts in another order there."
        )
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def apply_settings(connection: ToolConnection, source: Source, roles: Roles) -> Iterator[str]:
    """Set what the source's database and roles have set, such as a search path.

    Args:
        connection: the new database, as a superuser.
        source: the database that is cloned.
        roles: the clone's.

    Yields:
        What could not be set, in sentences.
    """
    names = [str(role["name"]) for role in roles.known]
    for setting in source.rows(_SETTINGS, [names]):
        whose = _whose(setting["role"], connection.info.dbname if setting["of_database"] else None)
        try:
            connection.execute(
                "SELECT set_config(%s, %s, false)", [setting["name"], setting["value"]]
            )
            connection.execute(
                sql.SQL("ALTER {whose} SET {name} FROM CURRENT").format(
                    whose=whose, name=sql.Identifier(*setting["name"].split("."))
                )
            )
        except psycopg.Error as error:
            yield f"{setting['name']} is not set as there: {error.diag.message_primary}."
        connection.execute("RESET ALL")


def _whose(role: str | None, database: str | None) -> sql.Composed:
    if role is None and database is not None:
        return sql.SQL("DATABASE {}").format(sql.Identifier(database))
    name = sql.SQL("ALL") if role is None else sql.Identifier(role)
    if database is not None:
        return sql.SQL("ROLE {} IN DATABASE {}").format(name, sql.Identifier(database))
    return sql.SQL("ROLE {}").format(name)
