"""A server is killed while a move is at some point; when it is back, the move can be ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from move_faults import Outcome
from move_faults.phases import phase_of
from move_faults.record import all_wanted
from move_scene import Scene
from move_scene.pause import Pause
from move_servers import Server

NewScene = Callable[..., Scene]

PHASES = {
    "start": (
        *("after:claim", "after:definitions", "after:copy", "after:subscription"),
        *("after:verify-gate", "after:reverse-slot"),
    ),
    "cutover": (
        *("after:warm", "after:lock", "before:commit", "after:commit", "after:resume"),
        "before:compare",
    ),
    "rollback": ("after:reopen", "after:lock", "before:commit", "after:commit"),
    "finish": ("after:reverse-dropped", "after:put-aside"),
    "abort": ("before:abort", "after:abort-release", "after:abort-replication"),
}
ALWAYS = {
    ("source", "after:definitions"),
    ("target", "after:copy"),
    ("target", "before:commit"),
    ("source", "after:commit"),
}

CASES = [
    (side, step, point)
    for side in ("source", "target")
    for step, points in PHASES.items()
    for point in points
    if all_wanted() or ((side, point) in ALWAYS and step != "rollback")
]

pytestmark = [pytest.mark.slow]


@pytest.fixture
def scene(pair: tuple[Server, Server], new_scene: NewScene) -> Scene:
    return new_scene(*pair, options=("--lag-patience", "20"))


def steps_before(step: str) -> tuple[str, ...]:
    if step == "abort":
        return ("start",)
    path = ("start", "cutover", "finish") if step == "finish" else ("start", "cutover", "rollback")
    return path[: path.index(step)]


@pytest.mark.parametrize(("side", "step", "point"), CASES)
def test_a_killed_server_leaves_a_move_that_can_be_brought_to_its_end(
    scene: Scene,
    pair: tuple[Server, Server],
    outcome: Outcome,
    side: str,
    step: str,
    point: str,
) -> None:
    outcome.of(f"{side}'s server killed", step if step == "rollback" else phase_of(point))
    victim = pair[0] if side == "source" else pair[1]
    with scene.under_load():
        for before in steps_before(step):
            scene.run(before)
        with Pause(point) as pause:
            command = scene.begin(step, at=pause.action)
            pause.await_reached()
            victim.kill()
            pause.end()
            command.wait()
        victim.start()
        done = scene.bring_to_target()
        scene.writers.await_progress()
    scene.check()
    assert scene.at_target
    outcome.led(done)
