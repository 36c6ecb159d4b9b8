"""Other transactions stand in the way: a move waits for a bounded time and names them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from move_faults import Outcome
from move_scene import Scene
from move_servers import Server

pytestmark = [pytest.mark.slow, pytest.mark.long]

NewScene = Callable[..., Scene]

BUDGET, NOISE = 100, 150
"""Milliseconds: of a hold, and what a busy machine may add to its end."""


@pytest.fixture(scope="module")
def preparing(swept: None) -> Iterator[tuple[Server, Server]]:
    """Two servers, the first of which allows prepared transactions."""
    with (
        Server(durable=True, settings={"max_prepared_transactions": "4"}) as source,
        Server(durable=True) as target,
    ):
        yield source, target


@pytest.fixture
def scene(preparing: tuple[Server, Server], new_scene: NewScene) -> Scene:
    return new_scene(*preparing, options=("--slot-patience", "1"))


def holds(file: Path) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line["event"] == "hold"]


def test_a_long_transaction_keeps_writers_waiting_no_longer_than_the_budget(
    scene: Scene, outcome: Outcome, tmp_path: Path
) -> None:
    outcome.of("long transaction holds a lock", "cut")
    events = tmp_path / "events"
    with scene.under_load():
        scene.run("start")
        with psycopg.connect(scene.urls[0]) as reader:
            reader.execute("UPDATE shop.orders SET amount = amount WHERE note = 'seeded 1'")
            reader.execute("SELECT pg_sleep(1.1)")  # younger ones are the application's usual work
            refused = scene.begin("cutover", "--attempts", "3", "--events", str(events))
            assert refused.wait() == 1
            assert "nothing has changed" in refused.error
            assert f"process {reader.info.backend_pid} of " in refused.error
            assert "idle in transaction" in refused.error
            assert "--hold-budget" not in refused.error
            scene.writers.await_progress()
            assert not scene.at_target
            reader.rollback()
        tried = holds(events)
        assert len(tried) == 3
        assert all(float(str(one["hold_ms"])) <= BUDGET + NOISE for one in tried), tried
        steps = scene.bring_to_target()
        scene.writers.await_progress()
    scene.check()
    outcome.ended("given up within the budget, done when it had ended", steps)


def test_a_hold_over_its_budget_changes_nothing(scene: Scene, outcome: Outcome) -> None:
    outcome.of("hold over its budget", "cut")
    with scene.under_load():
        scene.run("start")
        refused = scene.begin("cutover", "--hold-budget", "1", "--attempts", "3")
        assert refused.wait() == 1
        assert "did not fit 1 ms" in refused.error
        assert "--hold-budget" in refused.error
        scene.writers.await_progress()
        assert not scene.at_target
        steps = scene.bring_to_target()
        scene.writers.await_progress()
    scene.check()
    outcome.ended("given up, nothing changed, done with the usual budget", steps)


def test_an_old_transaction_that_blocks_the_slot_is_named(scene: Scene, outcome: Outcome) -> None:
    outcome.of("old transaction blocks the slot", "copy")
    with scene.under_load():
        with psycopg.connect(scene.urls[0]) as old:
            old.execute("CREATE TABLE public.unfinished ()")
            refused = scene.begin("start")
            assert refused.wait() == 1
            assert str(old.info.backend_pid) in refused.error
            old.rollback()
        steps = scene.bring_to_target()
        scene.writers.await_progress()
    scene.check()
    outcome.ended("named, done when it had ended", steps)


def test_an_orphaned_prepared_transaction_is_named(scene: Scene, outcome: Outcome) -> None:
    outcome.of("orphaned prepared transaction blocks the slot", "copy")
    with scene.under_load():
        with psycopg.connect(scene.urls[0], autocommit=True) as orphan:
            orphan.execute("BEGIN; CREATE TABLE public.unfinished (); PREPARE TRANSACTION 'left'")
            refused = scene.begin("start")
            assert refused.wait() == 1
            assert "'left'" in refused.error
            orphan.execute("ROLLBACK PREPARED 'left'")
        steps = scene.bring_to_target()
        scene.writers.await_progress()
    scene.check()
    outcome.ended("named, done when it was rolled back", steps)
