"""Migrations: written from the models, applied as a whole, compared with the database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from orders_sample import service as orders
from shared_db import MigrationError, Service, load_settings
from shared_db.migrations import current_revision, drift, migrate, pending, write_revision
from shared_db.placement import ServicePlacement
from shared_db.reconcile import apply

SAMPLE = Path(__file__).parents[1] / "samples" / "orders_sample"


@pytest.fixture
def growing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Service, Path]]:
    """The sample service in a package of its own, which a test may change."""
    package = tmp_path / "growing_sample"
    (package / "migrations").mkdir(parents=True)
    models = (SAMPLE / "__init__.py").read_text(encoding="utf-8")
    models = models.replace("    note: str\n", "    note: str\n    amount: int | None = None\n")
    (package / "__init__.py").write_text(models, encoding="utf-8")
    first = (SAMPLE / "migrations" / "0001_orders.py").read_text(encoding="utf-8")
    (package / "migrations" / "0001_orders.py").write_text(first, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    service = replace(
        orders, metadata="growing_sample:metadata", migrations="growing_sample:migrations"
    )
    yield service, package / "migrations"
    sys.modules.pop("growing_sample", None)


@pytest.fixture
def placed(project: Any, growing: tuple[Service, Path]) -> ServicePlacement:
    """That service at its home, with the first migration."""
    settings = load_settings({"orders": growing[0]})
    apply(settings)
    return settings.of("orders")


def test_a_column_that_only_the_model_has_is_drift(placed: ServicePlacement) -> None:
    (difference,) = drift(placed, placed.desired)
    assert difference == "add column: orders orders orders.amount"


def test_a_written_migration_removes_the_drift(
    placed: ServicePlacement, growing: tuple[Service, Path]
) -> None:
    written = write_revision(placed, placed.desired, "Amount of an order")
    assert written == growing[1] / "0002_amount_of_an_order.py"
    assert pending(placed.service, "orders_0001") == ("orders_0002",)
    assert migrate(placed, placed.desired) == ("orders_0002",)
    assert drift(placed, placed.desired) == []


def test_nothing_is_written_while_the_database_is_behind(placed: ServicePlacement) -> None:
    write_revision(placed, placed.desired, "Amount")
    with pytest.raises(MigrationError, match="lacks migrations"):
        write_revision(placed, placed.desired, "More")


def test_a_migration_that_fails_leaves_nothing(
    placed: ServicePlacement, growing: tuple[Service, Path], project: Any
) -> None:
    broken = write_revision(placed, placed.desired, "Broken", empty=True)
    text = broken.read_text(encoding="utf-8")
    first = 'op.execute("CREATE TABLE orders.half (id int)")'
    second = 'op.execute("SELECT 1 / 0")'
    body = text.replace("    pass\n", f"    {first}\n    {second}\n", 1)
    broken.write_text(body, encoding="utf-8")
    with pytest.raises(MigrationError, match="rolled back"):
        migrate(placed, placed.desired)
    assert current_revision(placed, placed.desired) == "orders_0001"
    assert project.query(project.slug, "SELECT to_regclass('orders.half')") == [(None,)]


def test_other_schemas_are_nobodys_drift(placed: ServicePlacement, project: Any) -> None:
    before = drift(placed, placed.desired)
    project.query(project.slug, "CREATE SCHEMA other; CREATE TABLE other.things (id int)")
    assert drift(placed, placed.desired) == before


def test_a_new_table_is_the_services_and_its_history_is_read_only(
    placed: ServicePlacement, project: Any
) -> None:
    privileges = project.query(
        project.slug,
        "SELECT table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type)"
        "  FROM information_schema.role_table_grants"
        " WHERE grantee = %s AND table_schema = 'orders' GROUP BY 1 ORDER BY 1",
        [placed.login.user],
    )
    assert privileges == [
        ("alembic_version", "SELECT"),
        ("orders", "DELETE INSERT SELECT UPDATE"),
    ]
