"""No service's role reaches a table of another service, in either placement."""

from __future__ import annotations

import itertools
from typing import Any

import psycopg
import pytest
from psycopg import sql
from shared_db import discover, load_settings
from shared_db.reconcile import find_home

PAIRS = list(itertools.permutations(discover(), 2))
STATEMENTS = (
    "SELECT FROM {table}",
    "INSERT INTO {table} DEFAULT VALUES",
    "DELETE FROM {table}",
    "TRUNCATE {table}",
    "LOCK TABLE {table} IN ACCESS SHARE MODE",
)


@pytest.mark.parametrize("placement", ["schemas", "databases"], indirect=True)
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_role_of_one_service_is_denied_on_each_table_of_another(
    environment: dict[str, str], one: str, other: str
) -> None:
    tables = tables_of(other)
    assert len(tables) == len(discover()[other].load_metadata().tables) + 1
    for table in tables:
        assert refusals(one, other, table) == len(STATEMENTS)


def test_a_grant_between_services_would_be_noticed(environment: dict[str, str]) -> None:
    one, other = PAIRS[0]
    settings = load_settings()
    login = settings.of(one).login.user
    table = tables_of(other)[0]
    placement = settings.of(other)
    with psycopg.connect(
        placement.provision(placement.desired).url(placement.desired.database)
    ) as connection:
        for grant in ("USAGE ON SCHEMA {schema}", "SELECT ON {table}"):
            connection.execute(
                sql.SQL("GRANT " + grant + " TO {login}").format(
                    schema=sql.Identifier(table[0]),
                    table=sql.Identifier(*table),
                    login=sql.Identifier(login),
                )
            )
    assert refusals(one, other, table) < len(STATEMENTS)


def refusals(one: str, other: str, table: tuple[str, str]) -> int:
    """How many of the statements on the table Postgres denies to the role of ``one``."""
    settings = load_settings()
    address = find_home(settings.of(other)).address
    try:
        connection = psycopg.connect(address.url(settings.of(one).login), autocommit=True)
    except psycopg.OperationalError as error:
        if "permission denied for database" not in str(error):
            raise
        return len(STATEMENTS)
    refused = 0
    with connection:
        for statement in STATEMENTS:
            try:
                with connection.transaction(force_rollback=True):
                    connection.execute(sql.SQL(statement).format(table=sql.Identifier(*table)))
            except psycopg.errors.InsufficientPrivilege:
                refused += 1
            except psycopg.Error:
                continue
    return refused


def tables_of(name: str) -> list[tuple[Any, Any]]:
    """The tables in a service's schema, at its home."""
    placement = load_settings().of(name)
    address = find_home(placement).address
    with psycopg.connect(placement.provision(address).url(address.database)) as connection:
        return connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = %s ORDER BY 2",
            [placement.service.schema],
        ).fetchall()
