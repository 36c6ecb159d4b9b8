"""Two commands on one move: the second refuses, or takes the place of the first, in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from move_faults import Outcome
from move_faults.phases import phase_of
from move_faults.record import all_wanted
from move_scene import Scene
from move_scene.pause import Pause
from move_servers import Server

pytestmark = [pytest.mark.slow, pytest.mark.long]

NewScene = Callable[..., Scene]

POINTS = {
    "after:claim": "start",
    "after:definitions": "start",
    "after:subscription": "start",
    "after:verify-gate": "start",
    "after:reverse-slot": "start",
    "before:warm": "cutover",
    "before:compare": "cutover",
    "after:reopen": "rollback",
    "after:reverse-dropped": "finish",
    "after:abort-release": "abort",
}
CHOSEN = tuple(POINTS) if all_wanted() else ("after:definitions",)
REFUSING = ("start", "verify", "cutover", "rollback", "finish")


@pytest.fixture
def scene(pair: tuple[Server, Server], new_scene: NewScene) -> Scene:
    return new_scene(*pair)


def come_to(scene: Scene, step: str) -> None:
    """Run what is before a step."""
    before = {"start": (), "cutover": ("start",), "abort": ("start",)}
    for each in before.get(step, ("start", "cutover")):
        scene.run(each)


@pytest.mark.parametrize("point", CHOSEN)
def test_a_second_command_refuses_and_the_first_goes_on(
    scene: Scene, outcome: Outcome, point: str
) -> None:
    outcome.of("second command", phase_of(point))
    with scene.under_load():
        come_to(scene, POINTS[point])
        with Pause(point) as pause:
            first = scene.begin(POINTS[point], at=pause.action)
            pause.await_reached()
            for step in REFUSING:
                second = scene.begin(step)
                assert second.wait() == 1, step
                assert "shared-db: " in second.error
                assert f"process {first.pid} on" in second.error, second.error
            pause.end()
            assert first.wait() == 0, first.error
        done = scene.bring_to_target()
        scene.writers.await_progress()
    scene.check()
    outcome.ended("refused, the first went on", done)


@pytest.mark.parametrize("point", CHOSEN)
def test_resume_takes_the_place_of_a_command_that_is_in_its_way(
    scene: Scene, outcome: Outcome, point: str
) -> None:
    outcome.of("second command: resume", phase_of(point))
    with scene.under_load():
        come_to(scene, POINTS[point])
        with Pause(point) as pause:
            first = scene.begin(POINTS[point], at=pause.action)
            pause.await_reached()
            resumed = scene.run("resume")
            assert "ended the command that was at work" in resumed.output
            assert f"process {first.pid} on" in resumed.output
            done = ["resume", *scene.bring_to_target()]
            pause.end()
            assert first.wait() == 1
            assert "Another command has taken over the move" in first.error
            assert "rollback" not in first.error
        assert scene.at_target
        scene.writers.await_progress()
    scene.check()
    outcome.ended("went on, the first gave up", done)


def test_of_two_that_start_at_once_one_refuses(scene: Scene, outcome: Outcome) -> None:
    outcome.of("second command", "prepare")
    with scene.under_load():
        both = [scene.begin("start") for _ in range(2)]
        codes = [command.wait() for command in both]
        assert sorted(codes) == [0, 1], [command.error for command in both]
        done = scene.bring_to_target()
        scene.writers.await_progress()
    scene.check()
    outcome.ended("refused, the first went on", done)
