"""Projects that run for a test and are gone after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from shared_db.embedded_address import running_url

from tests.system.project import RunningProject

NewProject = Callable[..., RunningProject]


@contextmanager
def spoiled(project: RunningProject, table: str, statement: str) -> Iterator[None]:
    """A statement spoils the rows of a table; afterwards they are as they were."""
    url = running_url(project.folder / ".data", "outgrow")
    assert url is not None
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE TEMPORARY TABLE kept AS TABLE {table}".encode())
        connection.execute(statement.encode())
        try:
            yield
        finally:
            connection.execute(f"DELETE FROM {table}".encode())
            connection.execute(f"INSERT INTO {table} TABLE kept".encode())


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProject]:
    """A project with schemas, whose services do not run."""
    project = RunningProject(tmp_path_factory.mktemp("prepared"), {})
    try:
        project.shared_db("up")
        project.shared_db("apply")
        yield project
    finally:
        project.kill()


@pytest.fixture
def project(prepared: RunningProject) -> Iterator[RunningProject]:
    """That one, with its server running; the test leaves its data as they were."""
    prepared.shared_db("up")
    settings = (prepared.folder / ".env").read_text(encoding="utf-8")
    yield prepared
    (prepared.folder / ".env").write_text(settings, encoding="utf-8")


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProject]:
    """A project whose services run; each test brings users of its own."""
    variables = {
        "PLACEMENT": "schemas",
        "PAYMENTS_WEBHOOK_PRIVATE": "true",
        "PAYMENTS_RECONCILE_INTERVAL": "3600",
    }
    project = RunningProject(tmp_path_factory.mktemp("running"), variables)
    try:
        project.runner("up", "--detach")
        yield project
    finally:
        project.kill()


@pytest.fixture
def new_project(tmp_path: Path) -> Iterator[NewProject]:
    """Makes project folders with the given variables in `.env`; nothing of them stays."""
    made: list[RunningProject] = []

    def make(**variables: str) -> RunningProject:
        folder = tmp_path / f"a project {len(made)}"
        folder.mkdir()
        made.append(RunningProject(folder, variables))
        return made[-1]

    yield make
    for project in made:
        project.kill()
