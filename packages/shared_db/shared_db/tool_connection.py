"""Connections of the tools, which may create databases and roles (psycopg, synchronous)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import dict_row

from shared_db.address import Address
from shared_db.errors import ConfigurationError, DatabaseUnavailable, MissingPrivilege
from shared_db.placement import Provision

ToolConnection = psycopg.Connection[dict[str, Any]]

APPLICATION_NAME = "shared-db"
_CONNECT_TIMEOUT = 5


class NoSuchDatabase(Exception):
    """The server answered that it has no database of that name."""


@contextmanager
def tool_connection(
    provision: Provision, database: str | None = None, *, autocommit: bool = False
) -> Iterator[ToolConnection]:
    """Connect as the provisioning role; commits at the end, rolls back on an error.

    Args:
        provision: the server and the role.
        database: the database, by default the maintenance database.
        autocommit: needed by CREATE DATABASE.

    Raises:
        NoSuchDatabase: the server has no such database.
        DatabaseUnavailable: the server cannot be reached or refuses the login.
        MissingPrivilege: the role may not do what was asked.
    """
    address = provision.maintenance.named(database) if database else provision.maintenance
    connection = _connect(provision, address, autocommit=autocommit)
    with connection:
        try:
            yield connection
        except psycopg.errors.InsufficientPrivilege as error:
            raise MissingPrivilege(
                f"The role {provision.login.user} lacks a privilege on {address}: {_text(error)}. "
                "Set PROVISION_DATABASE_URL to a role that has it (CREATEDB, CREATEROLE, and "
                "membership in the project's roles)."
            ) from error
        except psycopg.OperationalError as error:
            if not connection.broken:
                raise
            raise DatabaseUnavailable(
                f"{address} dropped the connection: {_text(error)}."
            ) from error


def _connect(provision: Provision, address: Address, *, autocommit: bool) -> ToolConnection:
    try:
        return psycopg.connect(
            address.url(provision.login),
            connect_timeout=_CONNECT_TIMEOUT,
            application_name=APPLICATION_NAME,
            autocommit=autocommit,
            row_factory=dict_row,
            options="-c search_path=",
        )
    except psycopg.OperationalError as error:
        text = _text(error)
        if "does not exist" in text and "database" in text:
            raise NoSuchDatabase(text) from error
        raise DatabaseUnavailable(_sentence(provision, address, text)) from error
    except psycopg.ProgrammingError as error:
        raise ConfigurationError(
            f"The URL of {address} cannot be used ({_text(error)}): correct its options."
        ) from error


def _sentence(provision: Provision, address: Address, text: str) -> str:
    if "authentication failed" in text or "no password supplied" in text:
        return (
            f"{address} refuses the login of {provision.login.user} ({text}): correct the user "
            "or password in PROVISION_DATABASE_URL or DATABASE_URL."
        )
    if "permission denied" in text:
        return (
            f"{address} does not let {provision.login.user} in ({text}): grant it CONNECT, or "
            "set PROVISION_DATABASE_URL to a role that has it."
        )
    return (
        f"{address} cannot be reached ({text}): start that server, or correct host and port in "
        "DATABASE_URL."
    )


def _text(error: psycopg.Error) -> str:
    primary = error.diag.message_primary
    lines = [line for line in str(error).splitlines() if "Is the server running" not in line]
    text = primary or lines[-1] if lines else ""
    return text.removeprefix("FATAL: ").strip().rstrip(".")
