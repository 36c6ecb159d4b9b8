"""Postgres itself keeps the services apart, and `check` says when it does not."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from shared_db.check import find_all
from shared_db.reconcile import apply


def connect(project: Any, name: str, database: str) -> psycopg.Connection[Any]:
    placement = project.settings().of(name)
    return psycopg.connect(placement.desired.named(database).url(placement.login))


@pytest.mark.parametrize(("one", "other"), [("orders", "parcels"), ("parcels", "orders")])
@pytest.mark.parametrize("statement", ["SELECT FROM {t}", "DELETE FROM {t}", "TRUNCATE {t}"])
def test_a_service_cannot_touch_anothers_table(
    project: Any, one: str, other: str, statement: str
) -> None:
    apply(project.settings())
    with (
        connect(project, one, project.slug) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.format(t=f"{other}.{other}").encode())


def test_a_service_cannot_connect_to_anothers_database(project: Any) -> None:
    project.set("PLACEMENT", "databases")
    apply(project.settings())
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        connect(project, "orders", f"{project.slug}_parcels")


def test_a_service_cannot_change_its_schema_or_history(project: Any) -> None:
    apply(project.settings())
    for statement in (
        "CREATE TABLE orders.more (id int)",
        "DROP TABLE orders.orders",
        "DELETE FROM orders.alembic_version",
        "UPDATE shared_db.homes SET state = 'active'",
        "CREATE TABLE public.anything (id int)",
    ):
        with (
            connect(project, "orders", project.slug) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement.encode())


def test_nothing_relies_on_the_search_path(project: Any) -> None:
    apply(project.settings())
    with connect(project, "orders", project.slug) as connection:
        found = connection.execute("SHOW search_path").fetchone()
    assert found == ('""',)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("GRANT USAGE ON SCHEMA parcels TO {orders}", "open-schema"),
        ("GRANT SELECT ON parcels.parcels TO {orders}", "foreign-reach"),
        ("GRANT SELECT ON parcels.parcels TO PUBLIC", "foreign-grant"),
        ("GRANT SELECT (note) ON parcels.parcels TO {orders}", "foreign-column-grant"),
        ("GRANT {parcels} TO {orders}", "member-role"),
        ("ALTER ROLE {orders} CREATEDB", "powerful-role"),
        ("ALTER TABLE orders.orders OWNER TO {parcels}", "wrong-owner"),
        ("GRANT CONNECT ON DATABASE {database} TO PUBLIC", "open-database"),
        ("REVOKE USAGE ON SCHEMA orders FROM {orders}", "closed-schema"),
        (
            "ALTER TABLE orders.orders ADD FOREIGN KEY (id) REFERENCES parcels.parcels (id)",
            "crossing-key",
        ),
        ("ALTER TABLE orders.orders ADD COLUMN more int", "drift"),
        ("DELETE FROM orders.alembic_version", "behind"),
    ],
)
def test_check_finds_what_breaks_isolation(project: Any, statement: str, code: str) -> None:
    apply(project.settings())
    names = {
        "orders": f"{project.slug}_orders",
        "parcels": f"{project.slug}_parcels",
        "database": project.slug,
    }
    project.query(project.slug, statement.format(**names))
    assert code in {finding.code for finding in find_all(project.settings())}
