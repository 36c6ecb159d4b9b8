"""A server is killed while a move is at some point; when it is back, the move can be ended."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator

import pytest
from move_scene import Scene
from move_scene.pause import Pause
from move_servers import Server

PHASES = {
    "start": (
        *("after:claim", "after:definitions", "after:copy", "after:subscription"),
        *("after:verify-gate", "after:reverse-slot"),
    ),
    "cutover": ("after:warm", "after:lock", "before:commit", "after:commit", "after:resume"),
    "rollback": ("after:reopen", "after:lock", "after:commit"),
    "finish": ("after:reverse-dropped", "after:put-aside"),
}
ALWAYS = {("source", "after:definitions"), ("target", "before:commit"), ("source", "after:commit")}

CASES = [
    (side, step, point)
    for side in ("source", "target")
    for step, points in PHASES.items()
    for point in points
    if os.environ.get("FAULTS") == "all" or ((side, point) in ALWAYS and step != "rollback")
]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("moves")]

_numbers = itertools.count()


@pytest.fixture(scope="module")
def servers(second_server: Server) -> Iterator[tuple[Server, Server]]:
    with Server(durable=True) as other:
        yield second_server, other


@pytest.fixture
def scene(servers: tuple[Server, Server]) -> Iterator[Scene]:
    source, target = servers
    made = Scene(
        source.url(), target.url(), f"server_{next(_numbers)}", options=("--lag-patience", "20")
    )
    yield made
    made.remove()


@pytest.mark.parametrize(("side", "step", "point"), CASES)
def test_a_killed_server_leaves_a_move_that_can_be_brought_to_its_end(
    scene: Scene, servers: tuple[Server, Server], side: str, step: str, point: str
) -> None:
    victim = servers[0] if side == "source" else servers[1]
    with scene.under_load():
        for before in ("start", "cutover", "rollback", "finish"):
            if before == step:
                break
            if before != "rollback":
                scene.run(before)
        with Pause(point) as pause:
            command = scene.begin(step, at=pause.action)
            pause.await_reached()
            victim.kill()
            pause.end()
            command.wait()
        victim.start()
        scene.bring_to_target()
        scene.writers.await_progress()
    scene.check()
    assert scene.at_target
