"""Services move by a role that is no superuser, as on managed servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from move_servers import Server
from orders_sample import service as orders
from parcels_sample import service as parcels
from shared_db import PlacementSettings, load_settings
from shared_db.errors import MoveRefused
from shared_db.move import Mover, ServiceParties
from shared_db.move.applying import is_back, move_home
from shared_db.move.options import MoveOptions
from shared_db.reconcile import apply, find_home

SERVICES = {"orders": orders, "parcels": parcels}

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture
def role(new_server_url: str) -> str:
    with psycopg.connect(new_server_url, autocommit=True) as connection:
        connection.execute(
            "CREATE ROLE modest LOGIN CREATEDB CREATEROLE REPLICATION PASSWORD 'modest'"
        )
        connection.execute("GRANT pg_create_subscription TO modest")
    return f"postgresql://modest:modest@{new_server_url.rpartition('@')[2].rpartition('/')[0]}"


@pytest.fixture
def new_server_url(second_server: Server) -> Iterator[str]:
    yield second_server.url()
    with psycopg.connect(second_server.url(), autocommit=True) as connection:
        names = "SELECT datname FROM pg_database WHERE datname LIKE 'modest%'"
        for (name,) in connection.execute(names).fetchall():
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        roles = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'modest\\_%'"
        for (name,) in connection.execute(roles).fetchall():
            connection.execute(f"DROP OWNED BY {name} CASCADE")
        left = [name for (name,) in connection.execute(roles).fetchall()]
        while left:
            name = left.pop(0)
            try:
                connection.execute(f"DROP ROLE {name}")
            except psycopg.errors.DependentObjectsStillExist:
                left.append(name)
        connection.execute("DROP ROLE modest")


@pytest.fixture
def configured(role: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    (tmp_path / ".env").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROJECT", "modest")
    monkeypatch.setenv("DATABASE_URL", f"{role}/modest_shared")
    for name in SERVICES:
        monkeypatch.setenv(f"{name.upper()}_DATABASE_PASSWORD", f"pw-{name}")
        bare = role.replace("modest:modest@", "")
        monkeypatch.setenv(f"{name.upper()}_DATABASE_URL", f"{bare}/modest_{name}")
    return monkeypatch


def settings_of(environment: pytest.MonkeyPatch, placement: str) -> PlacementSettings:
    environment.setenv("PLACEMENT", placement)
    return load_settings(SERVICES)


def test_apply_moves_out_and_the_other_way_round_moves_back(
    configured: pytest.MonkeyPatch,
) -> None:
    options = MoveOptions()
    apply(settings_of(configured, "schemas"))
    there = settings_of(configured, "databases")
    apply(there, move=lambda placement: move_home(placement, options))
    for name in SERVICES:
        assert find_home(there.of(name)).address.database == f"modest_{name}"
    here = settings_of(configured, "schemas")
    apply(here, move=lambda placement: move_home(placement, options, finish=True))
    for name in SERVICES:
        home = find_home(here.of(name))
        assert home.address.database == "modest_shared"
        assert home.epoch == 3
    with pytest.raises(MoveRefused, match=r"set `ORDERS_PLACEMENT`") as refused:
        Mover(ServiceParties(here.of("orders"))).start()
    assert "1 finding(s)" in str(refused.value)
    assert "ALTER" not in str(refused.value)


def test_a_service_that_was_brought_back_is_told_from_one_that_moved(
    configured: pytest.MonkeyPatch,
) -> None:
    apply(settings_of(configured, "schemas"))
    orders_moved = settings_of(configured, "databases").of("orders")
    move_home(orders_moved, MoveOptions())
    assert not is_back(orders_moved)
    orders_back = settings_of(configured, "schemas").of("orders")
    move_home(orders_back, MoveOptions())
    assert is_back(orders_back)
    Mover(ServiceParties(orders_back)).abort()
    assert not is_back(orders_back)


def test_a_finished_move_can_be_made_again(configured: pytest.MonkeyPatch) -> None:
    apply(settings_of(configured, "schemas"))
    for placement in ("databases", "schemas", "databases"):
        settings = settings_of(configured, placement)
        apply(settings, move=lambda placed: move_home(placed, MoveOptions(), finish=True))
    assert find_home(settings.of("orders")).epoch == 4


def test_without_the_right_to_subscribe_the_check_says_what_to_grant(
    configured: pytest.MonkeyPatch, second_server: Server
) -> None:
    apply(settings_of(configured, "schemas"))
    second_server.query("REVOKE pg_create_subscription FROM modest")
    mover = Mover(ServiceParties(settings_of(configured, "databases").of("orders")))
    with pytest.raises(MoveRefused, match="GRANT pg_create_subscription TO"):
        mover.start()
