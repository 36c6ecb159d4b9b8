"""A project of two sample services on the test server, provisioned anew for each test."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from orders_sample import service as orders
from parcels_sample import service as parcels
from psycopg import sql
from shared_db import PlacementSettings, load_settings

SERVICES = {"orders": orders, "parcels": parcels}
_numbers = itertools.count()


class Project:
    """A project of its own: its slug keeps roles and databases apart from other tests'."""

    def __init__(self, url: str, slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url = url
        self.slug = slug
        self._environment = monkeypatch
        server, _, _ = url.rpartition("/")
        self.set("PROJECT", slug)
        self.set("DATABASE_URL", f"{server}/{slug}")
        for name in SERVICES:
            prefix = name.upper()
            self.set(f"{prefix}_DATABASE_PASSWORD", f"pw-{name}")
            self.set(f"{prefix}_DATABASE_URL", f"{self._bare(server)}/{slug}_{name}")

    def set(self, variable: str, value: str) -> None:
        """Set an environment variable for this test."""
        self._environment.setenv(variable, value)

    def settings(self) -> PlacementSettings:
        """The settings as the environment says now."""
        return load_settings(SERVICES)

    def query(self, database: str, statement: str, values: Any = None) -> list[tuple[Any, ...]]:
        """Run a statement as the superuser; the rows, if it has any."""
        server, _, _ = self.url.rpartition("/")
        with psycopg.connect(f"{server}/{database}", autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def databases(self) -> list[str]:
        """The databases whose names begin with the slug."""
        found = self.query(
            "postgres", "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{self.slug}%"]
        )
        return sorted(name for (name,) in found)

    def remove(self) -> None:
        """Drop all databases and roles of the project."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for name in self.databases():
                connection.execute(
                    sql.SQL("DROP DATABASE {name} WITH (FORCE)").format(name=sql.Identifier(name))
                )
            found = connection.execute(
                "SELECT rolname FROM pg_roles WHERE rolname LIKE %s", [f"{self.slug}\\_%"]
            )
            roles = [role for (role,) in found]
            while roles:  # a role that granted memberships goes after them
                role = roles.pop(0)
                try:
                    connection.execute(sql.SQL("DROP ROLE {r}").format(r=sql.Identifier(role)))
                except psycopg.errors.DependentObjectsStillExist:
                    roles.append(role)

    @staticmethod
    def _bare(server: str) -> str:
        scheme, _, rest = server.partition("://")
        return f"{scheme}://{rest.rpartition('@')[2]}"


@pytest.fixture
def new_project(
    postgres: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[[], Project]]:
    """Makes projects that do not exist in the server yet; they are dropped at the end."""
    for name in list(os.environ):
        if name.endswith(("PLACEMENT", "DATABASE_URL", "DATABASE_PASSWORD")):
            monkeypatch.delenv(name)
    (tmp_path / ".env").touch()
    monkeypatch.chdir(tmp_path)
    made: list[Project] = []

    def make() -> Project:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        made.append(Project(postgres.url, f"t{worker}_{os.getpid()}_{next(_numbers)}", monkeypatch))
        return made[-1]

    yield make
    for project in made:
        project.remove()


@pytest.fixture
def project(new_project: Callable[[], Project]) -> Project:
    """One such project."""
    return new_project()
