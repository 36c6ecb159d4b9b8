"""The scene: two databases, an application that writes, and the command that moves its schema."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.rows import dict_row
from shared_db.move import Mover, SchemaParties, Status
from shared_db.move.points import VARIABLE
from shared_db.move.slot import drop_slot

from move_scene.command import Command
from move_scene.remains import remains_in
from move_scene.schema import PASSWORD, ROLE, SCHEMA, make_roles, make_schema
from move_scene.watcher import Watcher
from move_scene.writers import Writers

_STEPS = 10


class Scene:
    """A schema under load between two databases.

    Args:
        source: URL of the source's server, as a superuser.
        target: URL of the target's server.
        name: of the databases; ``_target`` is added for the target's.
        rows: orders at the begin.
        options: further options of every command.
    """

    def __init__(
        self, source: str, target: str, name: str, *, rows: int = 500, options: tuple[str, ...] = ()
    ) -> None:
        self.servers = (source, target)
        self.urls = (_with(source, name), _with(target, f"{name}_target"))
        self._names = (name, f"{name}_target")
        self._options = options
        for server in set(self.servers):
            make_roles(server)
        with psycopg.connect(source, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        make_schema(self.urls[0], rows)
        roles = tuple(_as(url, ROLE, PASSWORD) for url in self.urls)
        self.writers = Writers((roles[0], roles[1]))
        self.watcher = Watcher(self.urls, SCHEMA)

    @contextmanager
    def under_load(self) -> Iterator[None]:
        """Let the application write and somebody watch."""
        self.writers.start()
        self.watcher.start()
        try:
            yield
        finally:
            self.writers.stop()
            self.watcher.stop()

    def begin(self, *command: str, at: str = "") -> Command:
        """Start ``shared-db move …`` on this schema.

        Args:
            command: the step and its own options.
            at: what to do at which point, as ``shared_db.move.points`` reads it.
        """
        environment = {**os.environ, VARIABLE: at}
        given = ["--schema", SCHEMA, "--role", ROLE]
        given += ["--from", self.urls[0], "--to", self.urls[1], *self._options]
        return Command(["move", *command, *given], environment)

    def run(self, *command: str, at: str = "") -> Command:
        """Run a step that must succeed."""
        started = self.begin(*command, at=at)
        assert started.wait() == 0, f"{command}: {started.error}{started.output}"
        return started

    def status(self) -> Status:
        """What ``status`` says; asked from here, because it is asked often."""
        return Mover(SchemaParties(SCHEMA, *self.urls, (ROLE,))).status()

    @property
    def at_target(self) -> bool:
        """Whether the target is the home now."""
        return self.status().home.endswith(f"/{self._names[1]}")

    def bring_to_target(self) -> list[str]:
        """Do what an operator would until the schema is at the target and the move has ended."""
        done: list[str] = []
        for _ in range(_STEPS):
            found = self.status()
            there = found.home.endswith(f"/{self._names[1]}")
            if found.run is None and there:
                return done
            done.append(_next_step(found.phase, done, there=there))
            self.run(done[-1])
        raise AssertionError(f"no end after {done}: {found}")

    def bring_back(self) -> list[str]:
        """Do what an operator would until the schema is at its origin and the move has ended."""
        done: list[str] = []
        for _ in range(_STEPS):
            found = self.status()
            there = found.home.endswith(f"/{self._names[1]}")
            if found.run is None:
                return done
            if there and found.phase in {"finish", "finished"}:
                step = "finish"
            elif there and (not done or done[-1] != "resume"):
                step = "resume"
            else:
                step = "rollback" if there else "abort"
            done.append(step)
            self.run(step)
        raise AssertionError(f"no end after {done}: {found}")

    def turn_round(self) -> None:
        """After a finished move: the next one goes back to where this one came from."""
        self.servers = self.servers[::-1]
        self.urls = self.urls[::-1]
        self._names = self._names[::-1]

    def check(self) -> None:
        """Everything that must hold, whatever happened; the load has ended."""
        home = self.urls[1] if self.at_target else self.urls[0]
        with psycopg.connect(home) as connection:
            rows = connection.execute(
                "SELECT note FROM shop.orders WHERE note LIKE 'writer %'"
            ).fetchall()
            counter = connection.execute("SELECT value FROM shop.counters").fetchone()
        there = Counter(note for (note,) in rows)
        told = set(self.writers.acknowledged)
        assert told <= set(there), f"lost: {sorted(told - set(there))[:5]}"
        assert set(there) <= told | self.writers.unknown, "a write that was refused is there"
        assert counter is not None
        assert counter[0] == len(there), f"{counter[0]} counted, {len(there)} written"
        assert not self.writers.stale, self.writers.stale[:3]
        assert not self.watcher.twice, self.watcher.twice[:3]
        for url in self.urls:
            assert remains_in(url) == []

    def remove(self) -> None:
        """Drop the databases, with what a broken move may have left on them."""
        pairs = list(zip(self.servers, self._names, strict=True))
        for step in (_drop_subscriptions, _drop_slots, _drop_database):
            for server, name in pairs:
                with psycopg.connect(server, autocommit=True) as connection:
                    found = "SELECT FROM pg_database WHERE datname = %s"
                    if connection.execute(found, [name]).fetchone() is not None:
                        step(connection, server, name)


def _next_step(phase: str, done: list[str], *, there: bool) -> str:
    if phase == "none":
        return "start"
    if phase in {"finish", "finished"}:
        return "finish"
    if not done or done[-1] not in {"resume", "start", "cutover"}:
        return "resume"
    return "finish" if there else "cutover"


def _drop_subscriptions(_: psycopg.Connection, server: str, name: str) -> None:
    with psycopg.connect(_with(server, name), autocommit=True) as inside:
        for (subscription,) in inside.execute(
            "SELECT subname FROM pg_subscription WHERE subdbid ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchall():
            for change in ("DISABLE", "SET (slot_name = NONE)"):
                inside.execute(f'ALTER SUBSCRIPTION "{subscription}" {change}')
            inside.execute(f'DROP SUBSCRIPTION "{subscription}"')


def _drop_slots(connection: psycopg.Connection, _: str, name: str) -> None:
    rows = connection.execute(
        "SELECT slot_name FROM pg_replication_slots WHERE database = %s", [name]
    ).fetchall()
    with psycopg.connect(connection.info.dsn, password=connection.info.password) as tool:
        tool.row_factory = dict_row  # type: ignore[assignment]
        for (slot,) in rows:
            drop_slot(tool, slot)  # type: ignore[arg-type]


def _drop_database(connection: psycopg.Connection, _: str, name: str) -> None:
    connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _with(url: str, database: str) -> str:
    return f"{url.rpartition('/')[0]}/{database}"


def _as(url: str, user: str, password: str) -> str:
    return f"postgresql://{user}:{password}@{url.rpartition('@')[2]}"
