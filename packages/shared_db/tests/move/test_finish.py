"""What a finished move keeps aside, and dropping it when nobody needs it any more."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import psycopg
import pytest
from move_scene import Scene
from move_scene.schema import SCHEMA
from move_servers import Server

pytestmark = [pytest.mark.slow]

_numbers = itertools.count()


@pytest.fixture
def scene(second_server: Server) -> Iterator[Scene]:
    made = Scene(second_server.url(), second_server.url(), f"finish_{next(_numbers)}")
    made.run("start")
    made.run("cutover")
    yield made
    made.remove()


def schemas(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", [SCHEMA]
        )
        return {name for (name,) in found.fetchall()}


def test_the_former_schema_is_kept_aside_until_it_is_dropped(scene: Scene) -> None:
    scene.run("finish")
    assert schemas(scene.urls[0]) == {f"{SCHEMA}_moved_1"}
    dropped = scene.run("finish", "--drop")
    assert f"{SCHEMA}_moved_1" in dropped.output
    assert schemas(scene.urls[0]) == set()
    assert schemas(scene.urls[1]) == {SCHEMA}


def test_dropping_leaves_schemas_that_are_only_named_alike(scene: Scene) -> None:
    with psycopg.connect(scene.urls[0]) as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA}_moved_out; CREATE SCHEMA {SCHEMA}x_moved_1")
    assert f"Dropped: {SCHEMA} at " in scene.run("finish", "--drop").output
    assert "Nothing is kept aside" in scene.run("finish", "--drop").output
    assert schemas(scene.urls[0]) == {f"{SCHEMA}_moved_out", f"{SCHEMA}x_moved_1"}


def test_a_finished_move_is_finished_once_and_the_command_may_be_repeated(scene: Scene) -> None:
    scene.run("finish")
    assert "the last move was finished" in scene.run("finish").output


def test_without_a_move_there_is_nothing_to_finish(scene: Scene) -> None:
    scene.run("rollback")
    scene.run("abort")
    refused = scene.begin("finish")
    assert refused.wait() == 1
    assert "No move of" in refused.error


def test_a_way_back_that_was_begun_and_given_up_leaves_the_epochs_in_order(scene: Scene) -> None:
    assert scene.begin("rollback", "--before-cut", "false").wait() == 1
    scene.run("finish")
    assert [home(url) for url in scene.urls] == [("moved", 1), ("active", 2)]
    assert schemas(scene.urls[0]) == {f"{SCHEMA}_moved_1"}


def home(url: str) -> tuple[str, int]:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT state, epoch FROM shared_db.homes").fetchone()
    assert found is not None
    return found


def test_check_names_a_move_that_has_not_ended(scene: Scene) -> None:
    checked = scene.begin("check")
    assert checked.wait() == 1
    assert "has not ended (phase cut)" in checked.output
    assert "RENAME" not in checked.output
