"""Ctrl-C in a command, and commands killed after the cut: what is said then, and what to do."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from move_scene import Scene
from move_scene.pause import Pause
from move_scene.schema import SCHEMA
from move_servers import Server

pytestmark = [pytest.mark.slow]

_numbers = itertools.count()


@pytest.fixture
def scene(second_server: Server) -> Iterator[Scene]:
    made = Scene(second_server.url(), second_server.url(), f"interrupted_{next(_numbers)}")
    yield made
    made.remove()


def test_an_interrupted_command_says_that_the_move_is_open_and_what_to_do(scene: Scene) -> None:
    with Pause("after:definitions") as pause:
        started = scene.begin("start", at=pause.action)
        pause.await_reached()
        asked = scene.run("status")
        assert f"process {started.pid} on" in asked.output
        started.interrupt()
        assert started.wait() == 130
    assert f"The move of {SCHEMA} is still open (phase copy)" in started.error
    assert f"`shared-db move resume --schema {SCHEMA} …`" in started.error
    assert "abort" in scene.run("status").output
    resumed = scene.run("resume")
    assert f"`shared-db move cutover --schema {SCHEMA} …` makes the target its home" in (
        resumed.output
    )


def test_a_cut_whose_rows_were_not_compared_is_said_until_they_are(scene: Scene) -> None:
    scene.run("start")
    killed = scene.begin("cutover", at="before:compare=kill")
    assert killed.wait() == -9
    verify = f"not compared: run `shared-db move verify --schema {SCHEMA} …`"
    assert verify in scene.run("resume").output
    assert verify in scene.run("status").output
    scene.run("verify")
    assert "not compared" not in scene.run("status").output
