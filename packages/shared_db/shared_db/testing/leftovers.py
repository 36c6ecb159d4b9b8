"""Dropping what a run or a test has made on a server that lives on."""

from __future__ import annotations

import psycopg
from psycopg import sql


def drop_all(url: str, slug: str) -> None:
    """Drop all databases and roles that begin with ``<slug>_``."""
    with psycopg.connect(url, autocommit=True) as connection:
        drop_databases(connection, slug)
        _drop_roles(connection, slug)


def drop_databases(connection: psycopg.Connection, name: str) -> None:
    """Drop the database ``name`` and all whose names go on with ``_``, whoever uses them."""
    found = connection.execute(
        "SELECT datname FROM pg_database WHERE datname = %s OR starts_with(datname, %s)",
        [name, f"{name}_"],
    ).fetchall()
    for (database,) in found:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {name} WITH (FORCE)").format(
                name=sql.Identifier(database)
            )
        )


def _drop_roles(connection: psycopg.Connection, slug: str) -> None:
    found = connection.execute(
        "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [f"{slug}_"]
    ).fetchall()
    waiting = [role for (role,) in found]
    while waiting:  # a role that granted memberships goes after them
        kept = [role for role in waiting if not _drop_role(connection, role)]
        if kept == waiting:
            raise psycopg.errors.DependentObjectsStillExist(
                f"The roles {', '.join(kept)} own something outside the tests' databases."
            )
        waiting = kept


def _drop_role(connection: psycopg.Connection, role: str) -> bool:
    try:
        connection.execute(sql.SQL("DROP ROLE {role}").format(role=sql.Identifier(role)))
    except psycopg.errors.DependentObjectsStillExist:
        return False
    return True
