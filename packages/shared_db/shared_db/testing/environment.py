"""A test's own databases and the variables that lead to them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from shared_db import PlacementSettings, Service, load_settings
from shared_db.testing.leftovers import drop_databases
from shared_db.testing.server import TestServer
from shared_db.testing.templates import clone, ensure_templates
from shared_db.testing.variables import set_variables
from shared_db.testing.world import World

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Environment:
    """Where a test's services live.

    Args:
        server: the test server.
        placement: the placement at the test's begin.
        name: the shared database's name; all databases of the test begin with it.
        data_dir: the test's ``DATA_DIR``.
        services: the declarations of the services.
    """

    server: TestServer
    placement: str
    name: str
    data_dir: Path
    services: Mapping[str, Service]

    def settings(self) -> PlacementSettings:
        """The settings as the environment variables say now."""
        return load_settings(self.services)

    def url(self, service: str) -> str:
        """The tools' URL of the database in which a service should live now."""
        return self.server.url_of(self.settings().of(service).desired.database)


@contextmanager
def fresh_environment(
    world: World, patch: pytest.MonkeyPatch, data_dir: Path
) -> Iterator[Environment]:
    """Clone the templates, set the variables, and drop all databases of the test at its end."""
    templates = ensure_templates(world)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"{world.run.slug}_{worker}n{next(_numbers)}"
    set_variables(patch, world, name)
    data_dir.mkdir()
    patch.setenv("DATA_DIR", str(data_dir))
    made = Environment(world.server, world.placement, name, data_dir, world.services)
    try:
        clone(world.server, templates, made.settings())
        yield made
    finally:
        with psycopg.connect(world.server.url, autocommit=True) as connection:
            drop_databases(connection, name)
