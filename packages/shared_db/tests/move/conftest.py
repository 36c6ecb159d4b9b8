"""Servers of the tests' own, which may be killed, cut off and filled up."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from move_faults.recorder import (  # noqa: F401  (hooks and a fixture, found by their names)
    outcome,
    pytest_collection_modifyitems,
    pytest_runtest_makereport,
)
from move_load import create_tables
from move_scene import Scene
from move_servers import Disk, NotInstalled, Proxy, Server, limited_disk
from move_servers.places import sweep

REQUIRED = "REQUIRE_PG"
"""Versions, as ``15,16``, without which a test fails instead of being skipped."""

_names = itertools.count(1)


def _server(version: int = 18, **options: Any) -> Server:
    try:
        return Server(version=version, **options)
    except NotInstalled as error:
        if str(version) in os.environ.get(REQUIRED, "").split(","):
            pytest.fail(f"{REQUIRED} asks for it: {error}", pytrace=False)
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def swept() -> None:
    """Nothing is left of runs that were killed."""
    sweep()


@pytest.fixture(scope="module")
def second_server(swept: None) -> Iterator[Server]:
    """A durable server beside the run's own, for the tests of a module that do no harm to it."""
    with ExitStack() as until_the_end:
        server = _server(durable=True)
        until_the_end.callback(server.remove)
        server.start()
        yield server


@pytest.fixture
def new_server(swept: None) -> Iterator[Callable[..., Server]]:
    """Makes running servers; the arguments are those of ``Server``."""
    with ExitStack() as until_the_end:

        def make(**options: Any) -> Server:
            server = _server(**options)
            until_the_end.callback(server.remove)
            server.start()
            return server

        yield make


@pytest.fixture(scope="module")
def pair(second_server: Server) -> Iterator[tuple[Server, Server]]:
    """Two durable servers, for the tests of a module that leave both running."""
    with Server(durable=True) as other:
        yield second_server, other


@pytest.fixture
def new_scene() -> Iterator[Callable[..., Scene]]:
    """Makes scenes between two servers; further arguments are those of ``Scene``."""
    with ExitStack() as until_the_end:

        def make(source: Server, target: Server, **given: Any) -> Scene:
            made = Scene(source.url(), target.url(), f"scene_{next(_names)}", **given)
            until_the_end.callback(made.remove)
            return made

        yield make


@pytest.fixture
def new_proxy() -> Iterator[Callable[[str], Proxy]]:
    """Makes proxies in front of the server of a URL."""
    with ExitStack() as until_the_end:
        yield lambda url: until_the_end.enter_context(Proxy(url))


@pytest.fixture
def disk() -> Disk:
    """A disk to give to ``new_server`` and to fill."""
    return limited_disk()


@pytest.fixture
def new_desk() -> Callable[[Server], str]:
    """Makes databases with the tables of the load; gives the URL of the role that writes."""

    def make(server: Server) -> str:
        name = f"desk_{next(_names)}"
        server.query(f"CREATE ROLE {name} LOGIN PASSWORD 'desk'; CREATE ROLE {name}_owner NOLOGIN")
        with psycopg.connect(server.create_database(name), autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA desk AUTHORIZATION {name}_owner")
            create_tables(connection, "desk", owner=f"{name}_owner", roles=(name,))
        return f"postgresql://{name}:desk@127.0.0.1:{server.port}/{name}"

    return make


@pytest.fixture
def desk(second_server: Server, new_desk: Callable[[Server], str]) -> str:
    return new_desk(second_server)
