"""Commands of a move in any order, killed anywhere: what must always hold holds after each."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from move_faults import Outcome
from move_faults.record import all_wanted
from move_scene import Scene
from move_scene.remains import remains_in
from move_scene.schema import PASSWORD, ROLE, SCHEMA
from move_servers import Server
from shared_db.errors import SharedDbError
from shared_db.move import MoveOptions, Mover, SchemaParties
from shared_db.move.points import POINTS

pytestmark = [pytest.mark.slow, pytest.mark.long]

NewScene = Callable[..., Scene]

COMMANDS = ("start", "verify", "cutover", "rollback", "resume", "finish", "abort")
EXAMPLES, STEPS = (15, 12) if all_wanted() else (2, 6)

_HOMES = "SELECT state, epoch FROM shared_db.homes WHERE service = %s"
_WRITTEN = "SELECT note FROM shop.orders WHERE note LIKE 'written %'"
_COUNTED = "SELECT value FROM shop.counters WHERE name = 'orders'"


class Moves(RuleBasedStateMachine):
    """An operator who runs commands without thinking, beside an application that writes.

    Args:
        scene: a schema of its own.
    """

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self.scene = scene
        self.notes: set[str] = set()
        self.epoch = 1
        self._numbers = itertools.count()

    @rule(command=st.sampled_from(COMMANDS))
    def run(self, command: str) -> None:
        """Run a command, which does it or says in words why not."""
        parties = SchemaParties(SCHEMA, *self.scene.urls, (ROLE,))
        mover = Mover(parties, MoveOptions(lag_patience=20))
        with suppress(SharedDbError):
            getattr(mover, command)()
            if command in {"finish", "abort"}:
                assert [left for url in self.scene.urls for left in remains_in(url)] == []
        self._turn_round_when_there()

    @rule(command=st.sampled_from(COMMANDS), point=st.sampled_from(POINTS))
    def kill(self, command: str, point: str) -> None:
        """``kill -9`` of a command at a point, if it comes there."""
        self.scene.begin(command, at=f"{point}=kill").wait()
        self._turn_round_when_there()

    @precondition(lambda self: self._home())
    @rule()
    def write(self) -> None:
        """The application writes an order at the home."""
        note = f"written {next(self._numbers)}"
        home = self._home()
        with psycopg.connect(f"postgresql://{ROLE}:{PASSWORD}@{home.rpartition('@')[2]}") as writer:
            writer.execute(
                "INSERT INTO shop.orders (customer, amount, note) VALUES (1, 1, %s)", [note]
            )
            writer.execute("UPDATE shop.counters SET value = value + 1 WHERE name = 'orders'")
        self.notes.add(note)

    @invariant()
    def at_most_one_home(self) -> None:
        """Never two; the epoch never falls."""
        rows = self._rows()
        active = [epoch for state, epoch in rows if state == "active"]
        assert len(active) <= 1, rows
        assert max(active, default=self.epoch) >= self.epoch, (rows, self.epoch)
        self.epoch = max(active, default=self.epoch)

    @invariant()
    def nothing_is_lost(self) -> None:
        """The home has every acknowledged write once."""
        home = self._home()
        if not home:
            return
        with psycopg.connect(home) as connection:
            notes = [note for (note,) in connection.execute(_WRITTEN)]
            row = connection.execute(_COUNTED).fetchone()
        assert sorted(notes) == sorted(self.notes)
        assert row == (len(self.notes),)

    def teardown(self) -> None:
        """Whatever was done, an operator can end it."""
        if self.scene.status().run is not None:
            if len(self.notes) % 2:
                self.scene.bring_back()
            else:
                self.scene.bring_to_target()
        self.nothing_is_lost()
        assert [left for url in self.scene.urls for left in remains_in(url)] == []

    def _rows(self) -> list[tuple[str, int]]:
        found = []
        for url in self.scene.urls:
            try:
                with psycopg.connect(url) as connection:
                    row: Any = connection.execute(_HOMES, [SCHEMA]).fetchone()
            except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
                row = None  # not made yet, or dropped by an abort
            found.append(row or ("none", 0))
        return found

    def _home(self) -> str:
        """The URL of the active home; before the first move, nobody has said where that is."""
        rows = self._rows()
        for url, (state, _) in zip(self.scene.urls, rows, strict=True):
            if state == "active":
                return url
        return self.scene.urls[0] if {state for state, _ in rows} == {"none"} else ""

    def _turn_round_when_there(self) -> None:
        if self._home() == self.scene.urls[1] and self.scene.status().run is None:
            self.scene.turn_round()


def test_in_any_order_one_home_and_no_write_lost(
    second_server: Server, new_scene: NewScene, outcome: Outcome
) -> None:
    outcome.of("commands in any order, killed anywhere", "any")

    class OnOneServer(Moves):
        def __init__(self) -> None:
            super().__init__(new_scene(second_server, second_server, rows=50))

    run_state_machine_as_test(
        OnOneServer,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=not all_wanted(),
            suppress_health_check=list(HealthCheck),
        ),
    )
    outcome.ended(f"one home, nothing lost ({EXAMPLES} orders)")
