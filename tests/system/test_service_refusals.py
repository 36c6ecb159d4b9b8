"""A service process that cannot serve ends with one sentence."""

from __future__ import annotations

import sys

import pytest
from shared_db import discover

from tests.system.conftest import NewProject
from tests.system.project import RunningProject

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("running")]

NAME = next(iter(discover()))


@pytest.fixture
def project(new_project: NewProject) -> RunningProject:
    """A project whose database server runs, with its schemas."""
    made = new_project()
    made.shared_db("up")
    made.shared_db("apply")
    return made


def serve(project: RunningProject) -> tuple[int, str]:
    finished = project.run(sys.executable, "-m", "service_kit.serve", NAME, check=False)
    return finished.returncode, finished.stdout


def change(project: RunningProject, statement: str) -> None:
    """Run a statement as the owner of the service's schema."""
    import psycopg
    from shared_db.embedded_address import running_url

    data_dir = project.folder / ".data"
    url = running_url(data_dir, "outgrow")
    assert url is not None
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def test_a_database_behind_the_code_is_named(project: RunningProject) -> None:
    schema = discover()[NAME].schema
    change(project, f"DELETE FROM {schema}.alembic_version")
    code, output = serve(project)
    assert code == 1
    assert "migrat" in output
    assert "Traceback" not in output


def test_a_database_newer_than_the_code_is_named(project: RunningProject) -> None:
    schema = discover()[NAME].schema
    change(project, f"UPDATE {schema}.alembic_version SET version_num = 'from_the_future'")
    code, output = serve(project)
    assert code == 1
    assert "migrat" in output
    refused = project.shared_db("migrate", check=False)
    assert refused.returncode == 1
    assert "from_the_future" in refused.stdout


def test_a_wrong_password_is_named(project: RunningProject) -> None:
    project.set(f"{NAME.upper()}_DATABASE_PASSWORD", "wrong")
    code, output = serve(project)
    assert code == 1
    assert f"{NAME.upper()}_DATABASE_PASSWORD" in output


def test_a_home_that_is_nowhere_is_not_invented(project: RunningProject) -> None:
    change(project, f"DELETE FROM shared_db.homes WHERE service = '{NAME}'")
    code, output = serve(project)
    assert code == 1
    assert "shared-db apply" in output


def test_without_a_server_the_command_is_named(project: RunningProject) -> None:
    project.shared_db("down")
    code, output = serve(project)
    assert code == 1
    assert "shared-db up" in output
