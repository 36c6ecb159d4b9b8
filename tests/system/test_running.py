"""All services as processes, started and stopped as a user would, in each placement."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest
from shared_db import discover

from tests.system.conftest import NewProject
from tests.system.project import answers

pytestmark = [pytest.mark.slow]

ALONE = list(discover())[-1].upper()


@pytest.mark.parametrize(
    "variables",
    [
        {"PLACEMENT": "schemas"},
        {"PLACEMENT": "databases"},
        pytest.param(
            {"PLACEMENT": "schemas", f"{ALONE}_PLACEMENT": "databases"}, marks=pytest.mark.long
        ),
    ],
    ids=["schemas", "databases", "one alone"],
)
def test_the_journey_holds(new_project: NewProject, variables: dict[str, str]) -> None:
    project = new_project(**variables)
    started = project.runner("up", "--detach")
    for name, port in project.ports.items():
        assert f"http://127.0.0.1:{port}/docs" in started.stdout, name
    assert "All steps held" in project.journey().stdout
    assert "No findings" in project.shared_db("check").stdout
    assert "Everything runs already" in project.runner("up", "--detach").stdout
    project.runner("down")
    assert project.remains() == []
    assert "Nothing runs" in project.runner("down").stdout


@pytest.mark.long
def test_the_journey_holds_on_an_outside_server(new_project: NewProject, postgres: Any) -> None:
    slug = f"outside_{os.getpid()}"
    server = postgres.url.rpartition("/")[0]
    project = new_project(DATABASE_URL=f"{server}/{slug}", PROJECT=slug)
    project.runner("up", "--detach")
    assert "All steps held" in project.journey().stdout
    project.runner("down")
    assert project.remains() == []
    drop(postgres.url, slug)


@pytest.mark.long
def test_a_changed_switch_serves_the_data_from_where_they_are(new_project: NewProject) -> None:
    project = new_project(PLACEMENT="schemas")
    project.runner("up", "--detach")
    project.journey()
    project.runner("down")
    project.set("PLACEMENT", "databases")
    started = project.runner("up", "--detach")
    for name in discover():
        assert f"{name} is served from" in started.stdout
    assert "All steps held" in project.journey().stdout
    planned = project.shared_db("plan", "--json").stdout
    assert planned.count('"kind": "move"') == len(discover())


def test_ctrl_c_stops_everything(new_project: NewProject) -> None:
    project = new_project()
    running = project.foreground()
    assert running.stdout is not None
    for line in running.stdout:
        if "Try this first" in line:
            break
    running.send_signal(signal.SIGINT)
    rest = running.stdout.read()
    running.stdout.close()
    assert running.wait(timeout=60) == 0, rest
    assert project.remains() == []


@pytest.mark.parametrize("until", ["supervisor.json", "auth.log"], ids=["begun", "services begun"])
def test_stopping_while_it_starts_leaves_nothing(new_project: NewProject, until: str) -> None:
    project = new_project()
    until = until.replace("auth", next(iter(discover())))
    starting = project.background("up", "--detach")
    wait_for((project.folder / ".data" / "run" / until).exists)
    assert "Everything is stopped" in project.runner("down").stdout
    starting.wait(timeout=60)
    assert project.remains() == []


@pytest.mark.long
def test_a_killed_service_starts_again(new_project: NewProject) -> None:
    project = new_project()
    project.runner("up", "--detach")
    victim = project.processes()[0]
    victim.kill()
    wait_for(lambda: victim.pid not in [p.pid for p in project.processes()])
    wait_for(lambda: all(answers(port) for port in project.ports.values()))
    assert "All steps held" in project.journey().stdout


@pytest.mark.long
def test_services_end_when_their_supervisor_is_killed(new_project: NewProject) -> None:
    project = new_project()
    project.runner("up", "--detach")
    services = project.processes()
    assert len(services) == len(discover())
    state = project.state.read()
    assert state is not None
    os.kill(state.pid, signal.SIGKILL)
    _, alive = psutil.wait_procs(services, timeout=20)
    assert alive == []
    project.runner("up", "--detach")
    project.runner("down")
    assert project.remains() == []


def test_a_taken_port_is_named_with_its_service_and_holder(new_project: NewProject) -> None:
    project = new_project()
    name = next(iter(project.ports))
    with socket.create_server(("127.0.0.1", project.ports[name])):
        refused = project.runner("up", "--detach", check=False)
    assert refused.returncode == 1
    assert f"port {project.ports[name]}, which {name} needs" in refused.stdout
    assert f"set {name.upper()}_PORT to another port" in refused.stdout
    assert project.remains() == []


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("PLACEMENT", "everywhere", "PLACEMENT='everywhere' is unknown"),
        ("DATABASE_URL", "postgresql://a:b@127.0.0.1:1/poc", "127.0.0.1:1"),
        ("DATABASE_URL", "sqlite:///poc.db", "DATABASE_URL is not a Postgres URL"),
    ],
)
def test_bad_settings_end_in_one_sentence(
    new_project: NewProject, variable: str, value: str, sentence: str
) -> None:
    project = new_project(**{variable: value})
    for refused in (project.shared_db("plan", check=False), project.runner("up", check=False)):
        assert refused.returncode == 1
        assert sentence in refused.stdout
        assert "Traceback" not in refused.stdout
    assert project.remains() == []


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds; fail after a minute."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def drop(url: str, slug: str) -> None:
    """Remove a project's database and roles from a server."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {d} WITH (FORCE)").format(d=sql.Identifier(slug)))
        roles = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE %s", [f"{slug}\\_%"]
        ).fetchall()
        for (role,) in roles:
            connection.execute(sql.SQL("DROP ROLE {r}").format(r=sql.Identifier(role)))
