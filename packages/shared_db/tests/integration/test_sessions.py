"""Sessions at a home, across a fence, a dropped connection and a promotion."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from orders_sample import Order
from orders_sample import service as orders
from shared_db import (
    FENCED,
    Database,
    DatabaseUnavailable,
    HomeMoved,
    HomeNotFound,
    request_scope,
    sqlstate,
)
from shared_db.provision import claim_database, create_database, ensure_roles, ensure_schema
from shared_db.reconcile import apply
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

RUN = UUID("018f0000-0000-7000-8000-000000000001")


def prepare_target(project: Any) -> None:
    """Make the orders' own database a standby with the same table, as a move would."""
    project.set("ORDERS_PLACEMENT", "databases")
    placement = project.settings().of("orders")
    ensure_roles(project.slug, placement, placement.desired)
    create_database(placement.provision(placement.desired), placement.desired.database)
    claim_database(project.slug, placement, placement.desired)
    ensure_schema(placement, placement.desired)
    project.set("ORDERS_PLACEMENT", "schemas")
    target = f"{project.slug}_orders"
    project.query(
        target,
        f"SET ROLE {project.slug}_orders_owner;"
        "CREATE TABLE orders.orders (id uuid PRIMARY KEY, note text NOT NULL); RESET ROLE;"
        "CREATE TRIGGER shared_db_fence BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE"
        " ON orders.orders FOR EACH STATEMENT EXECUTE FUNCTION shared_db.refuse_on_standby()",
    )
    project.query(
        target,
        "INSERT INTO shared_db.homes (service, epoch, run_id, state, peer, schema_name,"
        " login_roles, owner_role) VALUES ('orders', 2, %s, 'standby', %s, 'orders', %s, %s)",
        [
            RUN,
            _place(project, project.slug),
            [f"{project.slug}_orders"],
            f"{project.slug}_orders_owner",
        ],
    )


def cut(project: Any, *, marker: bool = True) -> None:
    """The commit point: the fence and the `moved` row in one transaction on the source."""
    target = f"{project.slug}_orders"
    if marker:
        project.query(target, "INSERT INTO shared_db.markers VALUES (%s, 'cut:2')", [RUN])
    place = _place(project, target)
    project.query(
        project.slug,
        "CREATE TRIGGER shared_db_fence BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE"
        " ON orders.orders FOR EACH STATEMENT EXECUTE FUNCTION shared_db.refuse();"
        f"REVOKE USAGE ON SCHEMA orders FROM {project.slug}_orders;"
        f"UPDATE shared_db.homes SET state = 'moved', run_id = '{RUN}', moved_to = '{place}'"
        " WHERE service = 'orders'",
    )


def _place(project: Any, database: str) -> str:
    ((identity,),) = project.query(database, "SELECT id FROM shared_db.identity")
    address = project.settings().of("orders").desired
    return json.dumps(
        {
            "identity": str(identity),
            "host": address.host,
            "port": address.port,
            "database": database,
        }
    )


async def add(session: AsyncSession, note: str) -> None:
    session.add(Order(id=uuid4(), note=note))


async def notes(database: Database) -> list[str]:
    async with database.reader() as session:
        return sorted((await session.exec(select(Order.note))).all())


async def test_a_session_commits_at_its_end_and_rolls_back_on_an_error(project: Any) -> None:
    apply(project.settings())
    async with Database(orders, project.settings()) as database:
        async with database.session() as session:
            await add(session, "kept")
        with pytest.raises(ZeroDivisionError):
            async with database.session() as session:
                await add(session, "dropped")
                await session.flush()
                raise ZeroDivisionError
        assert await notes(database) == ["kept"]


async def test_reader_and_raw_connection_see_the_same(project: Any) -> None:
    apply(project.settings())
    async with Database(orders, project.settings()) as database:
        await database.run(add, "one")
        async with database.connection() as connection:
            assert await connection.fetchval("SELECT count(*) FROM orders.orders") == 1
        assert await database.revision() == "orders_0001"


async def test_a_request_scope_counts_commits(project: Any) -> None:
    apply(project.settings())
    async with Database(orders, project.settings()) as database:
        with request_scope() as scope:
            await database.run(add, "one")
            assert scope.commits == 1


async def test_work_that_meets_the_fence_is_repeated_at_the_new_home(project: Any) -> None:
    apply(project.settings())
    prepare_target(project)
    async with Database(orders, project.settings()) as database:
        await database.run(add, "before")
        cut(project)
        await database.run(add, "after")
        assert database.home.address.database == f"{project.slug}_orders"
        assert database.home.epoch == 2
        assert await notes(database) == ["after"]
    assert project.query(project.slug, "SELECT note FROM orders.orders") == [("before",)]


async def test_fifty_writers_at_the_fence_each_write_once(project: Any) -> None:
    apply(project.settings())
    prepare_target(project)
    async with Database(orders, project.settings()) as database:
        await asyncio.gather(*(database.run(add, f"{n:02}") for n in range(10)))
        writers = [asyncio.create_task(database.run(add, f"{n:02}")) for n in range(10, 60)]
        cut(project)
        await asyncio.gather(*writers)
    found = [
        note
        for name in (project.slug, f"{project.slug}_orders")
        for (note,) in project.query(name, "SELECT note FROM orders.orders")
    ]
    assert sorted(found) == [f"{n:02}" for n in range(60)]


async def test_the_fence_raises_the_documented_sqlstate(project: Any) -> None:
    apply(project.settings())
    prepare_target(project)
    target = f"{project.slug}_orders"
    async with Database(orders, project.settings()) as database:
        project.query(
            project.slug,
            "CREATE TRIGGER shared_db_fence BEFORE INSERT ON orders.orders"
            " FOR EACH STATEMENT EXECUTE FUNCTION shared_db.refuse()",
        )
        with pytest.raises(HomeMoved) as caught:
            async with database.session() as session:
                await add(session, target)
        assert sqlstate(caught.value) == FENCED


async def test_a_real_lack_of_privilege_is_not_repeated_for_ever(project: Any) -> None:
    apply(project.settings())
    async with Database(orders, project.settings()) as database:
        project.query(project.slug, f"REVOKE INSERT ON orders.orders FROM {project.slug}_orders")
        with pytest.raises(HomeMoved, match="lacks a privilege"):
            await database.run(add, "never")


async def test_an_unpromoted_target_is_promoted_by_the_first_process(project: Any) -> None:
    apply(project.settings())
    prepare_target(project)
    cut(project)
    async with Database(orders, project.settings()) as database:
        assert database.home.address.database == f"{project.slug}_orders"
        await database.run(add, "works")
    rows = project.query(f"{project.slug}_orders", "SELECT state FROM shared_db.homes")
    assert rows == [("active",)]


async def test_a_target_without_the_marker_is_not_promoted(
    project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared_db.current_pool.PATIENCE", 0.3)
    apply(project.settings())
    prepare_target(project)
    cut(project, marker=False)
    with pytest.raises(DatabaseUnavailable, match="marker"):
        await Database(orders, project.settings()).open()
    rows = project.query(f"{project.slug}_orders", "SELECT state FROM shared_db.homes")
    assert rows == [("standby",)]


async def test_only_the_services_own_role_may_promote(project: Any) -> None:
    apply(project.settings())
    prepare_target(project)
    cut(project)
    target = f"{project.slug}_orders"
    project.query(target, f"GRANT CONNECT ON DATABASE {target} TO {project.slug}_parcels")
    project.query(
        target,
        f"GRANT USAGE ON SCHEMA shared_db TO {project.slug}_parcels;"
        "GRANT EXECUTE ON FUNCTION shared_db.promote(text, bigint, uuid),"
        f" shared_db.lock_key(text) TO {project.slug}_parcels",
    )
    login = project.settings().of("parcels").login
    import asyncpg

    connection = await asyncpg.connect(
        project.settings().of("orders").desired.named(target).url(login)
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("SELECT shared_db.promote('orders', 2, $1)", RUN)
    await connection.close()


async def test_a_dropped_connection_is_repeated(project: Any) -> None:
    apply(project.settings())
    async with Database(orders, project.settings()) as database:
        await database.run(add, "before")
        project.query(
            "postgres",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s",
            [f"{project.slug}_orders"],
        )
        await database.run(add, "after")
        assert await notes(database) == ["after", "before"]


async def test_a_process_never_starts_on_an_empty_database(project: Any) -> None:
    apply(project.settings())
    project.set("ORDERS_PLACEMENT", "databases")
    async with Database(orders, project.settings()) as database:
        assert database.home.address.database == project.slug
        assert "as configured" in database.home.notice


async def test_without_any_home_the_command_is_named(project: Any) -> None:
    project.query("postgres", f"CREATE DATABASE {project.slug}")
    apply(project.settings())
    project.query(project.slug, "DELETE FROM shared_db.homes WHERE service = 'orders'")
    with pytest.raises(HomeNotFound, match="shared-db apply"):
        await Database(orders, project.settings()).open()


async def test_a_wrong_password_of_the_service_is_named(project: Any) -> None:
    apply(project.settings())
    project.set("ORDERS_DATABASE_PASSWORD", "wrong")
    with pytest.raises(DatabaseUnavailable, match="ORDERS_DATABASE_PASSWORD"):
        await Database(orders, project.settings()).open()
