"""The tool is killed at a point of a move; whatever it was, the move can be ended either way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from move_faults import Outcome
from move_faults.phases import phase_of
from move_faults.record import all_wanted
from move_scene import Scene
from move_servers import Server
from shared_db.move.points import POINTS

NewScene = Callable[..., Scene]

FORTH = tuple(("", point) for point in POINTS if point.partition(":")[2] != "rollback")
BACK = tuple(
    ("rollback", point)
    for point in (
        *("before:warm", "after:reopen", "before:rollback", "after:lock", "before:commit"),
        *("after:commit", "after:promote", "after:rollback", "before:resume", "after:resume"),
        *("before:compare", "after:compare"),
    )
)
"""Those of the way back; its cut has the points of the way there."""

ONCE = (
    *(("", "after:claim"), ("", "after:subscription"), ("", "after:reverse-slot")),
    *(("", "before:commit"), ("", "before:compare"), ("", "after:put-aside")),
)
ONCE_UNDONE = (
    *(("", "after:definitions"), ("", "after:verify-gate"), ("", "after:warm")),
    *(("", "before:resume"), ("rollback", "after:commit"), ("", "after:abort-release")),
)
"""A point of each phase for every run, one way or the other; all both ways when FAULTS=all."""

TO_THE_END = (*FORTH, *BACK) if all_wanted() else ONCE
UNDONE = (*FORTH, *BACK) if all_wanted() else ONCE_UNDONE

pytestmark = [pytest.mark.slow]


@pytest.fixture
def scene(second_server: Server, new_scene: NewScene) -> Scene:
    return new_scene(second_server, second_server)


def steps(scene: Scene, step: str, point: str) -> None:
    """Run a whole move until the tool dies at the point, if it ever comes there.

    Args:
        scene: what moves.
        step: the command that dies; empty for the first that comes to the point.
        point: where.
    """
    for each in _path(point):
        command = scene.begin(each, at=f"{point}=kill" if step in {"", each} else "")
        code = command.wait()
        if code == -9:
            return
        assert code == 0, command.error
    pytest.fail(f"no step of the move comes to {point}")


def _path(point: str) -> tuple[str, ...]:
    if "abort" in point:
        return ("start", "abort")
    return ("start", "cutover", "rollback", "cutover", "finish")


@pytest.mark.parametrize(("step", "point"), TO_THE_END)
def test_a_killed_tool_leaves_a_move_that_can_be_brought_to_its_end(
    scene: Scene, outcome: Outcome, step: str, point: str
) -> None:
    outcome.of("tool killed", step or phase_of(point))
    with scene.under_load():
        steps(scene, step, point)
        done = scene.bring_to_target()
        scene.writers.await_progress()
    scene.check()
    assert scene.at_target
    outcome.led(done)


@pytest.mark.parametrize(("step", "point"), UNDONE)
def test_a_killed_tool_leaves_a_move_that_can_be_undone(
    scene: Scene, outcome: Outcome, step: str, point: str
) -> None:
    outcome.of("tool killed", step or phase_of(point))
    with scene.under_load():
        steps(scene, step, point)
        done = scene.bring_back()
        scene.writers.await_progress()
    scene.check()
    outcome.led(done)
