"""A process of the service is killed during its move; the next one finds the home."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from move_faults import Outcome
from move_faults.phases import phase_of
from move_faults.record import all_wanted
from move_scene.pause import Pause
from move_scene.remains import remains_in
from move_servers import Server
from move_service import ServiceProcess
from orders_sample import service as orders
from parcels_sample import service as parcels
from shared_db import PlacementSettings, load_settings
from shared_db.move import MoveOptions, Mover, ServiceParties
from shared_db.move.points import VARIABLE
from shared_db.reconcile import apply

pytestmark = [pytest.mark.slow, pytest.mark.long]

SERVICES = {"orders": orders, "parcels": parcels}
POINTS = {
    "after:definitions": "start",
    "after:subscription": "start",
    "after:verify-gate": "start",
    "before:reverse": "start",
    "before:warm": "cutover",
    "after:warm": "cutover",
    "after:lock": "cutover",
    "after:commit": "cutover",
    "before:resume": "cutover",
    "before:compare": "cutover",
    "after:reopen": "rollback",
    "after:reverse-dropped": "finish",
}
CHOSEN = tuple(POINTS) if all_wanted() else ("after:commit",)
_numbers = itertools.count(1)


class Project:
    """The service orders on one server, to be moved to another; the environment names both."""

    def __init__(self, servers: tuple[Server, Server], environment: pytest.MonkeyPatch) -> None:
        self.slug = f"killed{next(_numbers)}"
        self._servers = servers
        self._environment = environment
        there = servers[1].url(f"{self.slug}_orders")
        environment.setenv("PROJECT", self.slug)
        environment.setenv("DATABASE_URL", servers[0].url(self.slug))
        environment.setenv("ORDERS_DATABASE_URL", _without_login(there))
        environment.setenv("ORDERS_PROVISION_DATABASE_URL", servers[1].url())
        environment.setenv("HOME_POLL", "0.1")
        for name in SERVICES:
            environment.setenv(f"{name.upper()}_DATABASE_PASSWORD", f"pw-{name}")
        self.urls = (servers[0].url(self.slug), there)

    def settings(self, placement: str) -> PlacementSettings:
        self._environment.setenv("ORDERS_PLACEMENT", placement)
        return load_settings(SERVICES)

    def mover(self) -> Mover:
        """The tool is configured for the new place, the processes are not yet."""
        mover = Mover(ServiceParties(self.settings("databases").of("orders")), MoveOptions())
        self._environment.setenv("ORDERS_PLACEMENT", "schemas")
        return mover

    def notes(self) -> list[str]:
        with psycopg.connect(self.urls[1]) as connection:
            return [note for (note,) in connection.execute("SELECT note FROM orders.orders")]

    def remove(self) -> None:
        """Drop all databases and roles."""
        databases = "SELECT datname FROM pg_database WHERE datname LIKE %s"
        for server in self._servers:
            for (name,) in server.query(databases, [f"{self.slug}%"]):
                server.query(f"DROP DATABASE {name} WITH (FORCE)")
            found = server.query(
                "SELECT rolname FROM pg_roles WHERE rolname LIKE %s", [f"{self.slug}\\_%"]
            )
            roles = [role for (role,) in found]
            while roles:
                role = roles.pop(0)
                try:
                    server.query(f"DROP ROLE {role}")
                except psycopg.errors.DependentObjectsStillExist:
                    roles.append(role)


def _without_login(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


@pytest.fixture
def project(pair: tuple[Server, Server], monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    made = Project(pair, monkeypatch)
    apply(made.settings("schemas"))
    yield made
    made.remove()


@pytest.fixture
def processes(project: Project) -> Iterator[list[ServiceProcess]]:
    made = [ServiceProcess(name) for name in ("one", "two")]
    for process in made:
        process.start()
    yield made
    for process in made:
        process.kill()


@pytest.mark.parametrize("point", CHOSEN)
def test_a_killed_process_is_replaced_by_one_that_finds_the_home(
    project: Project,
    processes: list[ServiceProcess],
    monkeypatch: pytest.MonkeyPatch,
    outcome: Outcome,
    point: str,
) -> None:
    outcome.of("service process killed", "rollback" if point == "after:reopen" else phase_of(point))
    mover, victim = project.mover(), processes[0]
    path = ("start", "cutover", "rollback", "cutover", "finish")
    steps = path if POINTS[point] == "rollback" else ("start", "cutover", "finish")
    with ThreadPoolExecutor(1) as beside:
        for step in steps:
            if step != POINTS[point]:
                getattr(mover, step)()
                continue
            with Pause(point) as pause:
                monkeypatch.setenv(VARIABLE, pause.action)
                running = beside.submit(getattr(mover, step))
                pause.await_reached()
                victim.kill()
                victim.start()
                pause.end()
                running.result()
                monkeypatch.delenv(VARIABLE)
    for process in processes:
        process.await_progress()
        process.kill()
    there = Counter(project.notes())
    told = {note for process in processes for note in process.acknowledged}
    assert told <= set(there), sorted(told - set(there))[:5]
    assert max(there.values()) == 1
    assert not [failure for process in processes for failure in process.failed]
    for process in processes:  # the fixture ends them
        process.start()
    assert [left for url in project.urls for left in remains_in(url)] == []
    outcome.ended("restarted, the move went on")
