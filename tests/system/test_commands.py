"""`shared-db` from outside: its documents, its exit codes and its sentences."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from shared_db import discover
from shared_db.embedded_address import running_url

from tests.system.conftest import NewProject
from tests.system.project import RunningProject

pytestmark = [pytest.mark.slow]


@contextmanager
def changed(project: RunningProject, statement: str, undo: str) -> Iterator[None]:
    """A statement was run as the superuser; afterwards it is undone."""
    url = running_url(project.folder / ".data", "outgrow")
    assert url is not None
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())
        try:
            yield
        finally:
            connection.execute(undo.encode())


def a_table() -> str:
    service = next(iter(discover().values()))
    return str(next(iter(service.load_metadata().tables)))


def test_every_command_prints_one_json_document(project: RunningProject) -> None:
    for command in ("config", "plan", "apply", "status", "migrate", "check", "up"):
        document = json.loads(project.shared_db(command, "--json").stdout)
        assert isinstance(document, dict), command
    assert json.loads(project.shared_db("migrate", "--check", "--json").stdout)
    assert json.loads(project.shared_db("down", "--json").stdout)["stopped"] is True


def test_the_installed_command_says_the_same(project: RunningProject) -> None:
    """The others are forked from a process that has read the code; this is a user's own."""
    command = Path(sys.executable).with_name("shared-db")
    assert project.run(str(command), "config").stdout == project.shared_db("config").stdout
    assert project.run(str(command), "plan", "--json").stdout.startswith("{")


def test_no_command_shows_a_password(project: RunningProject) -> None:
    secrets = (project.folder / ".data" / "secrets.env").read_text(encoding="utf-8")
    values = [line.partition("=")[2] for line in secrets.split()]
    shown = "".join(project.shared_db(c).stdout for c in ("config", "plan", "status", "check"))
    assert values
    assert not [value for value in values if value in shown]


def test_the_schema_check_fails_when_model_and_database_differ(project: RunningProject) -> None:
    assert project.shared_db("migrate", "--check").returncode == 0
    with changed(
        project,
        f"ALTER TABLE {a_table()} ADD COLUMN unknown_to_the_model integer",
        f"ALTER TABLE {a_table()} DROP COLUMN unknown_to_the_model",
    ):
        refused = project.shared_db("migrate", "--check", check=False)
    assert refused.returncode == 1
    assert "unknown_to_the_model" in refused.stdout
    assert "shared-db revision" in refused.stdout


def test_check_fails_when_a_service_could_reach_another(project: RunningProject) -> None:
    table = a_table()
    grant, revoke = f"GRANT SELECT ON {table} TO PUBLIC", f"REVOKE SELECT ON {table} FROM PUBLIC"
    with changed(project, grant, revoke):
        refused = project.shared_db("check", check=False)
    assert refused.returncode == 1
    assert table in refused.stdout


@pytest.mark.parametrize("command", [("migrate", "nobody"), ("revision", "nobody", "-m", "x")])
def test_an_unknown_service_is_told_with_those_that_exist(
    project: RunningProject, command: tuple[str, ...]
) -> None:
    refused = project.shared_db(*command, check=False)
    assert refused.returncode == 1
    assert "There is no service 'nobody'" in refused.stdout
    assert next(iter(discover())) in refused.stdout


def test_a_command_stops_the_server_that_it_started(new_project: NewProject) -> None:
    project = new_project()
    project.shared_db("apply")
    assert "No embedded server runs" in project.shared_db("down").stdout
    assert "Nothing to do" in project.shared_db("plan").stdout
    assert project.remains() == []
