"""The network of the tests' own, in all the ways in which it fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from move_servers import Proxy, Server

pytestmark = pytest.mark.slow

_PATIENCE = 10.0

Connection = psycopg.Connection[Any]


@pytest.fixture
def proxy(second_server: Server, new_proxy: Callable[[str], Proxy]) -> Proxy:
    return new_proxy(second_server.url())


@pytest.fixture
def connection(second_server: Server, proxy: Proxy) -> Iterator[Connection]:
    with psycopg.connect(proxy.url(second_server.url()), autocommit=True) as opened:
        yield opened


def test_what_is_sent_arrives_both_ways(connection: Connection) -> None:
    sent = "x" * 5_000_000
    row = connection.execute("SELECT %s::text || inet_client_port()", [sent]).fetchone()
    assert row is not None
    assert row[0].startswith(sent)


def test_a_cut_ends_connections_and_new_ones_at_once(
    connection: Connection, proxy: Proxy, second_server: Server
) -> None:
    proxy.cut()
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT")
    with pytest.raises(psycopg.OperationalError, match=r"reset|closed"):
        psycopg.connect(proxy.url(second_server.url()))
    assert proxy.connections == 0


def test_a_restored_network_is_at_the_same_port(proxy: Proxy, second_server: Server) -> None:
    url = proxy.url(second_server.url())
    proxy.cut()
    proxy.restore()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 42").fetchone() == (42,)


def test_a_frozen_network_passes_what_waited_when_it_is_restored(
    connection: Connection, proxy: Proxy
) -> None:
    proxy.freeze()
    answers: list[Any] = []
    asking = threading.Thread(
        target=lambda: answers.append(connection.execute("SELECT 42").fetchone())
    )
    asking.start()
    asking.join(0.2)
    assert (answers, asking.is_alive(), proxy.connections) == ([], True, 1)
    proxy.restore()
    asking.join(_PATIENCE)
    assert answers == [(42,)]


def test_a_frozen_network_lets_nobody_in(proxy: Proxy, second_server: Server) -> None:
    proxy.freeze()
    with pytest.raises(psycopg.errors.ConnectionTimeout):
        psycopg.connect(proxy.url(second_server.url()), connect_timeout=2)


def test_a_frozen_network_can_be_cut(connection: Connection, proxy: Proxy) -> None:
    proxy.freeze()
    proxy.cut()
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT")


def test_the_server_learns_of_a_cut(
    connection: Connection, proxy: Proxy, second_server: Server
) -> None:
    pid = connection.info.backend_pid
    proxy.cut()
    deadline = time.monotonic() + _PATIENCE
    while second_server.query("SELECT FROM pg_stat_activity WHERE pid = %s", [pid]):
        assert time.monotonic() < deadline


def test_a_server_that_is_down_ends_the_connection(new_proxy: Callable[[str], Proxy]) -> None:
    nobody = new_proxy("postgresql://127.0.0.1:1/postgres")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(nobody.url("postgresql://127.0.0.1/postgres"))
