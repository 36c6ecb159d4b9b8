"""The operator's commands around a cut know where the schema is active while they run."""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from move_scene import Scene
from move_scene.schema import SCHEMA
from move_servers import Server

pytestmark = [pytest.mark.slow]

_numbers = itertools.count()


@pytest.fixture
def scene(second_server: Server) -> Iterator[Scene]:
    made = Scene(second_server.url(), second_server.url(), f"around_{next(_numbers)}")
    made.run("start")
    yield made
    made.remove()


@pytest.fixture
def told(tmp_path: Path) -> Path:
    return tmp_path / "told"


def tells(word: str, file: Path) -> str:
    return f'echo "{word} $SHARED_DB_HOME_DATABASE" >> {shlex.quote(str(file))}'


def test_they_are_told_the_home_before_and_after(scene: Scene, told: Path) -> None:
    commands = ("--before-cut", tells("before", told), "--after-cut", tells("after", told))
    scene.run("cutover", *commands)
    source, target = (url.rpartition("/")[2] for url in scene.urls)
    assert told.read_text().splitlines() == [f"before {source}", f"after {target}"]


def test_the_one_after_runs_when_the_cut_was_given_up(scene: Scene, told: Path) -> None:
    with psycopg.connect(scene.urls[0]) as reader:
        reader.execute("SELECT pg_advisory_lock(shared_db.lock_key(%s))", [SCHEMA])
        given_up = scene.begin("cutover", "--attempts", "1", "--after-cut", tells("after", told))
        assert given_up.wait() == 1
    assert "nothing has changed" in given_up.error
    assert told.read_text().split() == ["after", scene.urls[0].rpartition("/")[2]]


def test_one_that_fails_before_keeps_the_cut_from_being_made(scene: Scene, told: Path) -> None:
    failed = scene.begin("cutover", "--before-cut", "exit 3", "--after-cut", tells("after", told))
    assert failed.wait() == 1
    assert "--before-cut ended with 3" in failed.error
    assert told.exists()
    assert not scene.at_target


def test_one_that_fails_after_the_cut_is_told_and_the_cut_is_compared(scene: Scene) -> None:
    failed = scene.begin("cutover", "--after-cut", "exit 4")
    assert failed.wait() == 1
    assert "--after-cut ended with 4" in failed.error
    assert "equal" in failed.output
    assert scene.at_target
