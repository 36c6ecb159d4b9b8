"""The tool is stopped in the middle: writers go on, another one ends the move, it wakes in vain."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from move_faults import Outcome
from move_faults.phases import phase_of
from move_faults.record import all_wanted
from move_scene import Scene
from move_scene.command import Command
from move_scene.pause import Pause
from move_servers import Server

pytestmark = [pytest.mark.slow, pytest.mark.long]

NewScene = Callable[..., Scene]

POINTS = {
    "after:claim": "start",
    "after:definitions": "start",
    "after:subscription": "start",
    "after:verify-lock": "start",
    "after:reverse-slot": "start",
    "before:warm": "cutover",
    "after:lock": "cutover",
    "before:commit": "cutover",
    "after:commit": "cutover",
    "before:compare": "cutover",
}
CHOSEN = tuple(POINTS) if all_wanted() else ("after:lock",)
LEFT_ALONE = [point for point in CHOSEN if point != "after:commit"]
"""After the commit a process of the service or another tool has to open the new home."""


@pytest.fixture
def scene(pair: tuple[Server, Server], new_scene: NewScene) -> Scene:
    return new_scene(*pair)


def frozen_at(scene: Scene, point: str, *options: str) -> Command:
    """A command that is stopped at the point."""
    if POINTS[point] == "cutover":
        scene.run("start")
    with Pause(point) as pause:
        command = scene.begin(POINTS[point], *options, at=pause.action)
        pause.await_reached()
        command.freeze()
    return command


@pytest.mark.parametrize("point", LEFT_ALONE)
def test_writers_go_on_and_it_ends_in_words_when_it_wakes(
    scene: Scene, outcome: Outcome, point: str
) -> None:
    outcome.of("tool frozen for a while", phase_of(point))
    once = ("--attempts", "1") if phase_of(point) == "cut" else ()
    with scene.under_load():
        command = frozen_at(scene, point, *once)
        scene.writers.await_progress()
        command.thaw()
        code = command.wait()
        if phase_of(point) == "cut":
            assert code == 1
            assert "nothing has changed" in command.error
            assert not scene.at_target
        done = scene.bring_to_target()
        scene.writers.await_progress()
    scene.check()
    outcome.led(done)


@pytest.mark.parametrize("point", CHOSEN)
@pytest.mark.parametrize("goal", ["target", "origin"])
def test_another_command_ends_the_move_and_it_wakes_in_vain(
    scene: Scene, outcome: Outcome, point: str, goal: str
) -> None:
    outcome.of("tool frozen, another one goes on", phase_of(point))
    with scene.under_load():
        command = frozen_at(scene, point)
        done = scene.bring_to_target() if goal == "target" else scene.bring_back()
        scene.writers.await_progress()
        there = scene.at_target
        command.thaw()
        assert command.wait() == 1
        assert scene.at_target == there
        scene.writers.await_progress()
    scene.check()
    outcome.led(done)
