"""Fixtures for tests on a real Postgres (a pytest plugin).

``postgres`` is one server for the whole run, whatever the number of xdist workers: that of
``TEST_DATABASE_URL``, a container when ``TEST_POSTGRES=container``, else the embedded one in a
temporary folder. It starts when the first test asks for it and goes when the run ends.
``environment`` gives a test databases of its own, cloned from migrated templates.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from shared_db.errors import SharedDbError
from shared_db.testing.run import TestRun

if TYPE_CHECKING:
    from pathlib import Path

    from shared_db import Database, Service
    from shared_db.testing.environment import Environment
    from shared_db.testing.server import TestServer

__all__ = [
    "database_of",
    "declared_services",
    "environment",
    "environment_of_module",
    "placement",
    "postgres",
]

_RUN = pytest.StashKey[TestRun]()
_WORKER_INPUT = "shared_db_run"


def _run(config: pytest.Config) -> TestRun:
    """The run's own names and folder; xdist workers get the controller's."""
    if _RUN not in config.stash:
        given: dict[str, str] | None = getattr(config, "workerinput", {}).get(_WORKER_INPUT)
        config.stash[_RUN] = TestRun.of_worker(given) if given else TestRun.new()
    return config.stash[_RUN]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker which server it shares with the others."""
    run = _run(node.config)
    try:
        run.start_container()
    except SharedDbError as error:
        raise pytest.UsageError(str(error)) from error
    node.workerinput[_WORKER_INPUT] = run.as_input()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the server, or on somebody else's server all that the run has made."""
    run = config.stash.get(_RUN, None)
    if run is not None and run.is_ours:
        run.remove()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> TestServer:
    """The test server; its role may create databases and roles."""
    return _run(request.config).server()


@pytest.fixture
def placement() -> str:
    """The placement of the environment; parametrize it to ``databases`` or both."""
    return "schemas"


@pytest.fixture
def declared_services() -> Mapping[str, Service]:
    """The services that the environment houses; override it to test with others."""
    from shared_db import discover  # noqa: PLC0415

    return discover()


@pytest.fixture
def environment(
    request: pytest.FixtureRequest,
    postgres: TestServer,
    placement: str,
    declared_services: Mapping[str, Service],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Environment]:
    """Fresh databases of the declared services and the variables that lead to them."""
    from shared_db.testing.environment import fresh_environment  # noqa: PLC0415
    from shared_db.testing.world import World  # noqa: PLC0415

    world = World(_run(request.config), postgres, placement, declared_services)
    with fresh_environment(world, monkeypatch, tmp_path / "data") as made:
        yield made


@pytest.fixture(scope="module")
def environment_of_module(
    request: pytest.FixtureRequest, postgres: TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Environment]:
    """As ``environment`` with schemas, for all tests of a module: what is dear to start."""
    from shared_db import discover  # noqa: PLC0415
    from shared_db.testing.environment import fresh_environment  # noqa: PLC0415
    from shared_db.testing.world import World  # noqa: PLC0415

    world = World(_run(request.config), postgres, "schemas", discover())
    folder = tmp_path_factory.mktemp("environment")
    with (
        pytest.MonkeyPatch.context() as patch,
        fresh_environment(world, patch, folder / "data") as made,
    ):
        yield made


@pytest_asyncio.fixture
async def database_of(
    environment: Environment,
) -> AsyncIterator[Callable[[str], Awaitable[Database]]]:
    """``await database_of("orders")`` is that service's database, open until the test ends."""
    from shared_db import Database  # noqa: PLC0415

    opened: list[Database] = []

    async def open_database(name: str) -> Database:
        database = Database(environment.services[name], environment.settings())
        await database.open()
        opened.append(database)
        return database

    yield open_database
    for database in opened:
        await database.close()
