"""A service process that cannot serve ends with one sentence."""

from __future__ import annotations

import pytest
from shared_db import discover

from tests.system.conftest import spoiled
from tests.system.project import RunningProject

pytestmark = [pytest.mark.slow]

NAME = next(iter(discover()))
VERSION = f"{discover()[NAME].schema}.alembic_version"


def serve(project: RunningProject) -> tuple[int, str]:
    finished = project.program("service_kit.serve", NAME, check=False)
    return finished.returncode, finished.stdout


def test_a_database_behind_the_code_is_named(project: RunningProject) -> None:
    with spoiled(project, VERSION, f"DELETE FROM {VERSION}"):
        code, output = serve(project)
    assert code == 1
    assert "migrat" in output
    assert "Traceback" not in output


def test_a_database_newer_than_the_code_is_named(project: RunningProject) -> None:
    with spoiled(project, VERSION, f"UPDATE {VERSION} SET version_num = 'from_the_future'"):
        code, output = serve(project)
        refused = project.shared_db("migrate", check=False)
    assert code == 1
    assert "migrat" in output
    assert refused.returncode == 1
    assert "from_the_future" in refused.stdout


def test_a_wrong_password_is_named(project: RunningProject) -> None:
    project.set(f"{NAME.upper()}_DATABASE_PASSWORD", "wrong")
    code, output = serve(project)
    assert code == 1
    assert f"{NAME.upper()}_DATABASE_PASSWORD" in output


def test_a_home_that_is_nowhere_is_not_invented(project: RunningProject) -> None:
    gone = f"DELETE FROM shared_db.homes WHERE service = '{NAME}'"
    with spoiled(project, "shared_db.homes", gone):
        code, output = serve(project)
    assert code == 1
    assert "shared-db apply" in output


def test_without_a_server_the_command_is_named(project: RunningProject) -> None:
    project.shared_db("down")
    code, output = serve(project)
    assert code == 1
    assert "shared-db up" in output
