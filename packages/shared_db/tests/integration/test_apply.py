"""Provisioning and migrating from nothing, in every placement."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from shared_db import (
    ConfigurationError,
    DatabaseNewer,
    DatabaseUnavailable,
    ForeignDatabase,
    MissingPrivilege,
    SharedDbError,
)
from shared_db.check import find_all
from shared_db.migrations import migrate
from shared_db.reconcile import apply, find_home, make_plan


def test_schemas_share_one_database(project: Any) -> None:
    apply(project.settings())
    assert project.databases() == [project.slug]
    assert find_all(project.settings()) == []


def test_databases_get_one_each(project: Any) -> None:
    project.set("PLACEMENT", "databases")
    apply(project.settings())
    assert project.databases() == [f"{project.slug}_orders", f"{project.slug}_parcels"]
    assert find_all(project.settings()) == []


def test_one_service_apart(project: Any) -> None:
    project.set("ORDERS_PLACEMENT", "databases")
    apply(project.settings())
    assert project.databases() == [project.slug, f"{project.slug}_orders"]


def test_a_second_run_has_nothing_to_do(project: Any) -> None:
    apply(project.settings())
    assert apply(project.settings()).steps == ()


def test_a_changed_switch_plans_a_move_and_creates_nothing(project: Any) -> None:
    apply(project.settings())
    project.set("PLACEMENT", "databases")
    settings = project.settings()
    assert [step.kind for step in make_plan(settings).steps] == ["move", "move"]
    apply(settings)
    assert project.databases() == [project.slug]
    assert find_home(settings.of("orders")).address.database == project.slug


def test_two_runs_at_once_in_different_placements_make_one_home(project: Any) -> None:
    here = project.settings()
    project.set("PLACEMENT", "databases")
    there = project.settings()
    runs = [threading.Thread(target=apply, args=(settings,)) for settings in (here, there)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert find_home(here.of("orders")).address == find_home(there.of("orders")).address


def test_an_interrupted_run_is_finished_by_the_next(
    project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = project.settings()

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr("shared_db.reconcile.execution.register_home", interrupted)
        apply(settings)
    apply(settings)
    assert make_plan(settings).steps == ()


def test_a_database_of_another_project_is_refused(new_project: Callable[[], Any]) -> None:
    first = new_project()
    apply(first.settings())
    second = new_project()
    second.set("DATABASE_URL", f"{second.url.rpartition('/')[0]}/{first.slug}")
    with pytest.raises(ForeignDatabase, match=f"belongs to the project '{first.slug}'"):
        apply(second.settings())


def test_a_role_that_is_not_ours_is_refused(project: Any) -> None:
    project.query("postgres", f'CREATE ROLE "{project.slug}_orders" LOGIN')
    with pytest.raises(ForeignDatabase, match=f"role {project.slug}_orders exists"):
        apply(project.settings())


def test_a_schema_that_is_not_ours_is_refused(project: Any) -> None:
    project.query("postgres", f"CREATE DATABASE {project.slug}")
    project.query(project.slug, "CREATE SCHEMA orders")
    with pytest.raises(ForeignDatabase, match="schema orders that is not ours"):
        apply(project.settings())
    assert project.query(
        project.slug, "SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'orders'"
    ) == [("postgres",)]


def test_a_filled_database_is_not_taken_for_a_services_own(project: Any) -> None:
    name = f"{project.slug}_orders"
    project.query("postgres", f"CREATE DATABASE {name}")
    project.query(name, "CREATE TABLE public.kept (id int)")
    project.set("ORDERS_PLACEMENT", "databases")
    with pytest.raises(ForeignDatabase, match=r"public\.kept"):
        apply(project.settings())


def test_a_wrong_password_of_the_provisioning_role_is_named(project: Any) -> None:
    scheme, _, rest = project.url.partition("://")
    host = rest.rpartition("@")[2].rpartition("/")[0]
    project.set("PROVISION_DATABASE_URL", f"{scheme}://postgres:wrong@{host}/postgres")
    with pytest.raises(DatabaseUnavailable, match="refuses the login of postgres"):
        apply(project.settings())


def test_an_unreachable_server_is_named(project: Any) -> None:
    project.set("DATABASE_URL", "postgresql://postgres:x@127.0.0.1:1/poc")
    with pytest.raises(DatabaseUnavailable, match=r"127\.0\.0\.1:1"):
        apply(project.settings())


def test_a_role_without_privileges_is_told_which(project: Any) -> None:
    role = f"{project.slug}_weak"
    project.query("postgres", f"CREATE ROLE {role} LOGIN PASSWORD 'weak'")
    scheme, _, rest = project.url.partition("://")
    host = rest.rpartition("@")[2].rpartition("/")[0]
    project.set("PROVISION_DATABASE_URL", f"{scheme}://{role}:weak@{host}/postgres")
    with pytest.raises(MissingPrivilege, match=f"The role {role} lacks a privilege"):
        apply(project.settings())


def test_a_role_that_is_no_superuser_provisions(project: Any) -> None:
    role = f"{project.slug}_maker"
    project.query("postgres", f"CREATE ROLE {role} LOGIN CREATEDB CREATEROLE PASSWORD 'maker'")
    scheme, _, rest = project.url.partition("://")
    host = rest.rpartition("@")[2].rpartition("/")[0]
    project.set("PROVISION_DATABASE_URL", f"{scheme}://{role}:maker@{host}/postgres")
    project.set("PLACEMENT", "databases")
    apply(project.settings())
    assert find_all(project.settings()) == []
    assert apply(project.settings()).steps == ()


def test_a_database_newer_than_the_code_is_left_alone(project: Any) -> None:
    apply(project.settings())
    project.query(project.slug, "UPDATE orders.alembic_version SET version_num = 'orders_9999'")
    with pytest.raises(DatabaseNewer, match="orders_9999"):
        apply(project.settings())


def test_a_changed_password_reaches_the_role(project: Any) -> None:
    apply(project.settings())
    project.set("ORDERS_DATABASE_PASSWORD", "another")
    apply(project.settings())
    placement = project.settings().of("orders")
    psycopg.connect(placement.desired.url(placement.login)).close()


def test_homes_of_another_project_are_not_ours_and_a_refusal_makes_nothing(
    new_project: Callable[[], Any],
) -> None:
    first = new_project()
    first.set("PLACEMENT", "databases")
    apply(first.settings())
    second = new_project()
    server = second.url.partition("@")[2].rpartition("/")[0]
    second.set("ORDERS_DATABASE_URL", f"postgresql://{server}/{first.slug}_orders")
    with pytest.raises(ForeignDatabase, match=first.slug):
        apply(second.settings())
    assert second.databases() == []
    roles = second.query(
        "postgres", "SELECT 1 FROM pg_roles WHERE rolname LIKE %s", [f"{second.slug}%"]
    )
    assert roles == []
    second.set("PLACEMENT", "schemas")
    assert make_plan(second.settings()).steps[0].kind == "create"


def test_a_provisioner_that_cannot_close_the_database_is_told(project: Any) -> None:
    role = f"{project.slug}_maker"
    project.query("postgres", f"CREATE ROLE {role} LOGIN CREATEDB CREATEROLE PASSWORD 'maker'")
    project.query("postgres", f"CREATE DATABASE {project.slug}")
    project.query("postgres", f"GRANT CREATE ON DATABASE {project.slug} TO {role}")
    scheme, _, rest = project.url.partition("://")
    host = rest.rpartition("@")[2].rpartition("/")[0]
    project.set("PROVISION_DATABASE_URL", f"{scheme}://{role}:maker@{host}/postgres")
    with pytest.raises(MissingPrivilege, match="to PUBLIC"):
        apply(project.settings())


def test_two_migrations_at_once_apply_each_once(project: Any) -> None:
    settings = project.settings()
    apply(settings)
    project.query(project.slug, "DROP TABLE orders.orders; DELETE FROM orders.alembic_version")
    placement = settings.of("orders")
    failures: list[SharedDbError] = []

    def run() -> None:
        try:
            migrate(placement, placement.desired)
        except SharedDbError as error:
            failures.append(error)

    runs = [threading.Thread(target=run) for _ in range(4)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert failures == []
    assert find_all(settings) == []


@pytest.mark.parametrize("url", ["{server}/{slug}?frobnicate=1", "{server}/%00"])
def test_a_url_that_the_driver_refuses_is_a_sentence(project: Any, url: str) -> None:
    server = project.url.rpartition("/")[0]
    project.set("DATABASE_URL", url.format(server=server, slug=project.slug))
    with pytest.raises(ConfigurationError):
        apply(project.settings())
