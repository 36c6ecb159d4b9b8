"""What the environment variables amount to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from orders_sample import service as orders
from parcels_sample import service as parcels
from shared_db import ConfigurationError, PlacementSettings, load_settings

SERVICES = {"orders": orders, "parcels": parcels}


@pytest.fixture(autouse=True)
def _empty_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.endswith(("DATABASE_URL", "PLACEMENT")) or name in ("PROJECT", "DATA_DIR"):
            monkeypatch.delenv(name)
    (tmp_path / ".env").write_text("DATABASE_URL=postgresql://root:pw@server:6000/poc\n")
    monkeypatch.chdir(tmp_path)


def load() -> PlacementSettings:
    return load_settings(SERVICES)


def test_schemas_share_the_database_of_the_url() -> None:
    assert str(load().of("orders").desired) == "server:6000/poc"


def test_the_switch_gives_every_service_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACEMENT", "databases")
    settings = load()
    assert str(settings.of("orders").desired) == "server:6000/orders_db"
    assert str(settings.of("parcels").desired) == "server:6000/parcels_db"


def test_one_service_can_be_placed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERS_PLACEMENT", "databases")
    settings = load()
    assert str(settings.of("orders").desired) == "server:6000/orders_db"
    assert str(settings.of("parcels").desired) == "server:6000/poc"


def test_a_services_url_counts_only_while_it_is_placed_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ORDERS_DATABASE_URL", "postgresql://far:7000/shop?sslmode=require")
    assert str(load().of("orders").desired) == "server:6000/poc"
    monkeypatch.setenv("ORDERS_PLACEMENT", "databases")
    placed = load().of("orders")
    assert str(placed.desired) == "far:7000/shop"
    assert dict(placed.desired.options) == {"sslmode": "require"}
    assert [str(address) for address in placed.elsewhere] == [
        "server:6000/poc",
        "server:6000/orders_db",
    ]


def test_provisioning_follows_a_service_to_its_own_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERS_PLACEMENT", "databases")
    monkeypatch.setenv("ORDERS_DATABASE_URL", "postgresql://far:7000/shop")
    placed = load().of("orders")
    provision = placed.provision(placed.desired)
    assert str(provision.maintenance) == "far:7000/postgres"
    assert provision.login.user == "root"


def test_a_provisioning_url_may_lead_round_a_pooler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVISION_DATABASE_URL", "postgresql://boss:pw@direct:5432/postgres")
    placed = load().of("orders")
    assert str(placed.provision(placed.desired).maintenance) == "direct:5432/postgres"


def test_passwords_with_special_characters_survive() -> None:
    Path(".env").write_text("DATABASE_URL=postgresql://r%40t:p%2Fw%3A@[::1]:6000/poc\n")
    placed = load().of("orders")
    provision = placed.provision(placed.desired)
    assert (provision.login.user, provision.login.password) == ("r@t", "p/w:")
    assert provision.url() == "postgresql://r%40t:p%2Fw%3A@[::1]:6000/postgres"


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("PLACEMENT", "everywhere", "PLACEMENT='everywhere' is unknown: write 'schemas' or"),
        ("ORDERS_PLACEMENT", "far", "ORDERS_PLACEMENT='far' is unknown"),
        ("ORDER_PLACEMENT", "databases", "ORDER_PLACEMENT names no installed service"),
        ("DATABASE_URL", "mysql://server/db", "DATABASE_URL is not a Postgres URL"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL is not a Postgres URL"),
        ("PROJECT", "Bad-Name", "PROJECT='Bad-Name' cannot name roles"),
        ("POOL_SIZE", "many", "POOL_SIZE cannot be used"),
        ("PROVISION_DATABASE_URL", "postgresql://server", "PROVISION_DATABASE_URL names no user"),
        ("ORDERS_DATABASE_URL", "postgresql://root@far/x", "the service logs in as"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    variable: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as caught:
        load()
    assert sentence in str(caught.value)


def test_an_error_does_not_repeat_a_url_with_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgre://user:hunter2@server/db")
    with pytest.raises(ConfigurationError) as caught:
        load()
    assert "hunter2" not in str(caught.value)


def test_without_a_url_and_without_the_embedded_server_the_command_is_named() -> None:
    Path(".env").write_text("")
    with pytest.raises(ConfigurationError, match="shared-db up"):
        load()


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("DATABASE_URL=postgresql://a:b@one/x\nPLACEMENT=databases\n")
    monkeypatch.setenv("PLACEMENT", "schemas")
    assert str(load().of("orders").desired) == "one:5432/x"
