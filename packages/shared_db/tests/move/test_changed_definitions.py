"""Definitions of the source change during a move: no cut until that is undone; abort works."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from move_faults import Outcome
from move_faults.record import all_wanted
from move_scene import Scene
from move_scene.pause import Pause
from move_servers import Server

pytestmark = [pytest.mark.slow]

NewScene = Callable[..., Scene]

CHANGES = {
    "column added": (
        "ALTER TABLE shop.customers ADD COLUMN phone text",
        "ALTER TABLE shop.customers DROP COLUMN phone",
    ),
    "table added": (
        "CREATE TABLE shop.refunds (id bigint PRIMARY KEY); INSERT INTO shop.refunds VALUES (1)",
        "DROP TABLE shop.refunds",
    ),
    "index added": (
        "CREATE INDEX orders_by_amount ON shop.orders (amount)",
        "DROP INDEX shop.orders_by_amount",
    ),
    "view added": ("CREATE VIEW shop.seen AS SELECT 1 AS one", "DROP VIEW shop.seen"),
    "column dropped": ("ALTER TABLE shop.customers DROP COLUMN facts", ""),
    "table dropped": ('DROP TABLE shop."Event Log"', ""),
    "column's type changed": ("ALTER TABLE shop.customers ALTER email TYPE varchar(500)", ""),
}
POINTS = {
    "copy": "after:slot",
    "follow": "before:follow",
    "verify": "before:verify",
    "reverse": "before:reverse",
    "ready": "",
}
CASES = [
    (change, phase)
    for change in CHANGES
    for phase in POINTS
    if all_wanted() or (phase == "ready" and change == "index added")
]


def change(scene: Scene, statement: str) -> None:
    with psycopg.connect(scene.urls[0], autocommit=True) as connection:
        connection.execute("SET lock_timeout = '20s'")
        connection.execute(statement)


def start_with(scene: Scene, statement: str, point: str) -> int:
    """Change the definitions while the move starts, or when it is ready."""
    if not point:
        scene.run("start")
        change(scene, statement)
        return 0
    with Pause(point) as pause:
        start = scene.begin("start", at=pause.action)
        pause.await_reached()
        change(scene, statement)
        pause.end()
        return start.wait()


@pytest.mark.parametrize(("what", "phase"), CASES)
def test_changed_definitions_are_refused_in_words(
    pair: tuple[Server, Server], new_scene: NewScene, outcome: Outcome, what: str, phase: str
) -> None:
    outcome.of(f"{what} at the source", phase)
    does, undoes = CHANGES[what]
    scene = new_scene(*pair, options=("--lag-patience", "5"))
    with scene.under_load():
        code = start_with(scene, does, POINTS[phase])
        if code == 0:
            refused = scene.begin("cutover")
            assert refused.wait() == 1
            assert "were changed" in refused.error
            assert not scene.at_target
        if undoes and code == 0:
            change(scene, undoes)
            steps = scene.bring_to_target()
        else:
            steps = scene.bring_back()
        scene.writers.await_progress()
    scene.check()
    outcome.ended("refused; undone, finished" if scene.at_target else "refused, aborted", steps)


def test_a_change_at_the_last_moment_is_met_in_the_hold(
    pair: tuple[Server, Server], new_scene: NewScene, outcome: Outcome
) -> None:
    outcome.of("column added at the source", "cut")
    does, undoes = CHANGES["column added"]
    scene = new_scene(*pair)
    with scene.under_load():
        scene.run("start")
        with Pause("after:warm") as pause:
            cut = scene.begin("cutover", at=pause.action)
            pause.await_reached()
            change(scene, does)
            pause.end()
            assert cut.wait() == 1
        assert "were changed" in cut.error
        assert not scene.at_target
        change(scene, undoes)
        steps = scene.bring_to_target()
        scene.writers.await_progress()
    scene.check()
    outcome.ended("refused; undone, finished", steps)
