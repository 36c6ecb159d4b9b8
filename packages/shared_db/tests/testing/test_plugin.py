"""Databases of a test's own, in both placements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from orders_sample import service as orders
from parcels_sample import service as parcels
from shared_db import Database, Service

DatabaseOf = Callable[[str], Awaitable[Database]]
SERVICES = {"orders": orders, "parcels": parcels}


@pytest.fixture
def declared_services() -> dict[str, Service]:
    return SERVICES


@pytest.mark.parametrize("placement", ["schemas", "databases"])
async def test_every_service_finds_its_home_in_a_clone(
    environment: Any, database_of: DatabaseOf, placement: str
) -> None:
    homes = {(await database_of(name)).home.address.database for name in SERVICES}
    expected = {f"{environment.name}_{name}" for name in SERVICES}
    assert homes == ({environment.name} if placement == "schemas" else expected)


async def test_the_home_is_at_the_newest_migration(database_of: DatabaseOf) -> None:
    database = await database_of("orders")
    assert await database.revision() is not None


@pytest.mark.parametrize("placement", ["databases"])
async def test_clones_are_told_apart(environment: Any, database_of: DatabaseOf) -> None:
    identities = [(await database_of(name)).home.identity for name in SERVICES]
    assert len(set(identities)) == len(identities)


async def test_strangers_may_not_connect_to_a_clone(environment: Any) -> None:
    with psycopg.connect(environment.server.url) as connection:
        row = connection.execute(
            "SELECT has_database_privilege('pg_monitor', %s, 'CONNECT')", [environment.name]
        ).fetchone()
    assert row == (False,)


def test_the_variables_are_the_tests_own(environment: Any, tmp_path: Path) -> None:
    settings = environment.settings()
    assert settings.data_dir == tmp_path / "data"
    assert settings.shared.database == environment.name
    assert all(placed.login.password for placed in settings.services.values())
