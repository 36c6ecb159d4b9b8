"""A replication slot is lost during a move: what came after it is missing at the other side."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from move_faults import Outcome
from move_faults.record import all_wanted
from move_scene import Scene
from move_scene.pause import Pause
from move_scene.slots import drop_slots, invalidate_slots
from move_servers import Server

pytestmark = [pytest.mark.slow, pytest.mark.long]

NewScene = Callable[..., Scene]

PHASES = {
    "copy": "after:definitions",
    "follow": "before:follow",
    "verify": "before:verify",
    "reverse": "before:reverse",
}
POINTS = PHASES.items() if all_wanted() else [("verify", PHASES["verify"])]


@pytest.mark.parametrize(("phase", "point"), POINTS)
def test_a_slot_that_is_dropped_while_a_move_starts_is_told_and_copied_anew(
    new_scene: NewScene, pair: tuple[Server, Server], outcome: Outcome, phase: str, point: str
) -> None:
    outcome.of("slot dropped", phase)
    scene = new_scene(*pair, options=("--lag-patience", "5"))
    with scene.under_load():
        with Pause(point) as pause:
            start = scene.begin("start", at=pause.action)
            pause.await_reached()
            drop_slots(scene.urls[0])
            pause.end()
            code = start.wait()
        if phase != "reverse":  # after the verification it is the cut that needs the slot
            assert code == 1
            assert "is lost" in start.error
        steps = scene.bring_to_target()
        scene.writers.await_progress()
    scene.check()
    outcome.ended("copied anew, finished", steps)


@pytest.mark.parametrize("rounds", [1, 0] if all_wanted() else [1])
def test_a_lost_slot_is_told_before_the_cut_and_all_is_laid_anew(
    new_scene: NewScene, pair: tuple[Server, Server], outcome: Outcome, rounds: int
) -> None:
    outcome.of("slot dropped", "warm")
    scene = new_scene(*pair)
    with scene.under_load():
        scene.run("start")
        for _ in range(rounds):
            scene.run("cutover")
            scene.run("rollback")
        drop_slots(scene.urls[0])
        refused = scene.begin("cutover")
        assert refused.wait() == 1
        assert "is lost" in refused.error
        scene.run("resume")
        for step in ("cutover", "rollback", "cutover", "finish"):
            scene.run(step)
        scene.writers.await_progress()
    scene.check()
    assert scene.at_target
    outcome.ended("refused, copied anew, there and back, finished")


def test_a_lost_slot_of_the_way_back_is_told_and_the_move_can_be_finished(
    new_scene: NewScene, pair: tuple[Server, Server], outcome: Outcome
) -> None:
    outcome.of("slot dropped", "rollback")
    scene = new_scene(*pair)
    with scene.under_load():
        scene.run("start")
        scene.run("cutover")
        drop_slots(scene.urls[1])
        refused = scene.begin("rollback")
        assert refused.wait() == 1
        assert "no way back" in refused.error
        assert scene.at_target
        scene.run("finish")
        scene.writers.await_progress()
    scene.check()
    outcome.ended("refused, finished")


def test_a_lost_slot_of_the_way_back_is_told_before_the_cut_and_laid_anew(
    new_scene: NewScene, pair: tuple[Server, Server], outcome: Outcome
) -> None:
    outcome.of("slot of the way back dropped", "warm")
    scene = new_scene(*pair)
    with scene.under_load():
        scene.run("start")
        drop_slots(scene.urls[1])
        refused = scene.begin("cutover")
        assert refused.wait() == 1
        assert "no way back" in refused.error
        assert "resume" in refused.error
        assert not scene.at_target
        scene.run("resume")
        for step in ("cutover", "rollback", "cutover", "finish"):
            scene.run(step)
        scene.writers.await_progress()
    scene.check()
    outcome.ended("refused, laid anew, there and back, finished")


@pytest.mark.skipif(not all_wanted(), reason="FAULTS=all: as a dropped slot, but slower to make")
def test_a_slot_that_held_back_too_much_is_told_and_copied_anew(
    new_server: Callable[..., Server], new_scene: NewScene, outcome: Outcome
) -> None:
    outcome.of("slot invalidated by max_slot_wal_keep_size", "follow")
    source = new_server(durable=True, settings={"max_slot_wal_keep_size": "1MB"})
    scene = new_scene(source, new_server(durable=True))
    with scene.under_load():
        scene.run("start")
        invalidate_slots(*scene.urls)
        refused = scene.begin("cutover")
        assert refused.wait() == 1
        assert "max_slot_wal_keep_size" in refused.error
        steps = scene.bring_to_target()
        scene.writers.await_progress()
    scene.check()
    outcome.ended("copied anew, finished", steps)


@pytest.mark.skipif(not all_wanted(), reason="FAULTS=all: as a dropped slot, but slower to make")
def test_a_slot_of_the_way_back_that_held_back_too_much_is_laid_anew(
    new_server: Callable[..., Server], new_scene: NewScene, outcome: Outcome
) -> None:
    outcome.of("slot of the way back invalidated by max_slot_wal_keep_size", "warm")
    target = new_server(durable=True, settings={"max_slot_wal_keep_size": "1MB"})
    scene = new_scene(new_server(durable=True), target)
    with scene.under_load():
        scene.run("start")
        invalidate_slots(*reversed(scene.urls))
        refused = scene.begin("cutover")
        assert refused.wait() == 1
        assert "max_slot_wal_keep_size" in refused.error
        scene.run("resume")
        for step in ("cutover", "rollback", "abort"):
            scene.run(step)
        scene.writers.await_progress()
    scene.check()
    outcome.ended("refused, laid anew, there and back, undone")
