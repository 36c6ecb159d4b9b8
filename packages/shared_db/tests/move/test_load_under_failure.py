"""The load goes on, or stops, whatever happens to the server and the network."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from move_load import Load
from move_servers import Proxy, Server

pytestmark = pytest.mark.slow

NewDesk = Callable[[Server], str]


def test_the_load_goes_on_after_a_kill(
    new_server: Callable[..., Server], new_desk: NewDesk
) -> None:
    server = new_server(durable=True)
    desk = new_desk(server)
    with Load("desk", lambda: desk, rate=1000) as load:
        for _ in range(3):
            load.wait_for(50)
            server.kill()
            server.start()
        load.wait_for(50)
    with psycopg.connect(server.url(desk.rpartition("/")[2])) as connection:
        assert (load.lost(connection), load.duplicated(connection)) == ([], [])
    assert (load.stale, load.errors) == ([], [])


def test_a_server_that_acknowledges_too_early_is_found_out(
    new_server: Callable[..., Server], new_desk: NewDesk
) -> None:
    server = new_server(settings={"synchronous_commit": "off", "wal_writer_delay": "10s"})
    desk = new_desk(server)
    server.query("CHECKPOINT")  # the tables stay
    with Load("desk", lambda: desk, rate=1000) as load:
        load.wait_for(100)
        server.kill()
    server.start()
    with psycopg.connect(server.url(desk.rpartition("/")[2])) as connection:
        assert load.lost(connection)


def test_a_writer_that_hangs_is_stopped(
    second_server: Server, desk: str, new_proxy: Callable[[str], Proxy]
) -> None:
    proxy = new_proxy(second_server.url())
    load = Load("desk", lambda: proxy.url(desk), rate=1000, writers=2, patience=0.5)
    with load:
        load.wait_for(10)
        proxy.freeze()
    assert not any(record.errors for record in load.records)
