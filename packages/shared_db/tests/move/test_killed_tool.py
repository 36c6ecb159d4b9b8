"""The tool is killed at a point of a move; whatever it was, the move can be ended either way."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator

import pytest
from move_scene import Scene
from move_servers import Server
from shared_db.move.points import POINTS

ALL = os.environ.get("FAULTS") == "all"
TO_THE_END = POINTS if ALL else ("after:copy", "before:commit", "after:put-aside")
UNDONE = POINTS if ALL else ("after:verify-gate", "after:commit")
"""One point of each kind for every run; all of them both ways when FAULTS=all."""

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("moves")]

_numbers = itertools.count()


@pytest.fixture
def scene(second_server: Server) -> Iterator[Scene]:
    made = Scene(second_server.url(), second_server.url(), f"killed_{next(_numbers)}")
    yield made
    made.remove()


def steps(scene: Scene, point: str) -> None:
    """Run a whole move until the tool dies at the point, if it ever comes there."""
    for step in _path(point):
        command = scene.begin(step, at=f"{point}=kill")
        code = command.wait()
        if code == -9:
            return
        assert code == 0, command.error
    pytest.fail(f"no step of the move comes to {point}")


def _path(point: str) -> tuple[str, ...]:
    if "abort" in point:
        return ("start", "abort")
    return ("start", "cutover", "rollback", "cutover", "finish")


@pytest.mark.parametrize("point", TO_THE_END)
def test_a_killed_tool_leaves_a_move_that_can_be_brought_to_its_end(
    scene: Scene, point: str
) -> None:
    with scene.under_load():
        steps(scene, point)
        scene.bring_to_target()
        scene.writers.await_progress()
    scene.check()
    assert scene.at_target


@pytest.mark.parametrize("point", UNDONE)
def test_a_killed_tool_leaves_a_move_that_can_be_undone(scene: Scene, point: str) -> None:
    with scene.under_load():
        steps(scene, point)
        scene.bring_back()
        scene.writers.await_progress()
    scene.check()
