"""A transaction that keeps reading the next home, as a backup does, keeps no write waiting."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import psycopg
import pytest
from move_scene import Scene
from move_servers import Server

pytestmark = [pytest.mark.slow]

_numbers = itertools.count()

TRIGGERS = "SELECT count(*) FROM pg_trigger WHERE tgname = 'shared_db_fence'"


@pytest.fixture
def scene(second_server: Server) -> Iterator[Scene]:
    made = Scene(second_server.url(), second_server.url(), f"read_{next(_numbers)}")
    made.run("start")
    yield made
    made.remove()


def triggers(scene: Scene) -> int:
    with psycopg.connect(scene.urls[1]) as connection:
        row = connection.execute(TRIGGERS).fetchone()
        assert row is not None
        count: int = row[0]
        return count


def test_writes_go_on_at_the_target_while_somebody_reads_there(scene: Scene) -> None:
    with psycopg.connect(scene.urls[1]) as backup:
        backup.execute("SELECT FROM shop.orders LIMIT 1")
        with scene.under_load():
            scene.run("cutover")
            scene.writers.await_progress()
        assert triggers(scene) > 0
    scene.run("finish")
    assert triggers(scene) == 0
    scene.check()


def test_they_are_dropped_after_the_cut_when_nobody_reads(scene: Scene) -> None:
    assert triggers(scene) > 0
    scene.run("cutover")
    assert triggers(scene) == 0


def test_a_standby_refuses_writes_and_an_active_home_does_not(scene: Scene) -> None:
    statement = "UPDATE shop.counters SET value = value"
    with (
        psycopg.connect(scene.urls[1], autocommit=True) as target,
        psycopg.connect(scene.urls[0], autocommit=True) as source,
    ):
        with pytest.raises(psycopg.Error) as refused:
            target.execute(statement)
        assert refused.value.sqlstate == "SDB01"
        scene.run("cutover")
        target.execute(statement)
        with pytest.raises(psycopg.Error) as refused:
            source.execute(statement)
        assert refused.value.sqlstate == "SDB01"
