"""The target's disk is full: the move says so and goes on when there is room; the origin serves."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from move_faults import Outcome
from move_faults.record import all_wanted
from move_scene import Scene
from move_scene.pause import Pause
from move_servers import Disk, Server

pytestmark = [pytest.mark.slow, pytest.mark.long]

ROWS = 30_000
MEGABYTE = 1024**2
POINTS = {"copy": "after:definitions", "follow": "after:subscription"}
CASES = POINTS.items() if all_wanted() else [("copy", POINTS["copy"])]


@pytest.mark.parametrize(("phase", "point"), CASES)
def test_a_move_goes_on_when_there_is_room_again(
    new_server: Callable[..., Server],
    new_scene: Callable[..., Scene],
    disk: Disk,
    outcome: Outcome,
    phase: str,
    point: str,
) -> None:
    outcome.of("target's disk full", phase)
    source, target = new_server(durable=True), new_server(durable=True, disk=disk)
    rows = ROWS if phase == "copy" else 500
    scene = new_scene(source, target, rows=rows, options=("--lag-patience", "5"))
    with scene.under_load():
        with Pause(point) as pause:
            start = scene.begin("start", at=pause.action)
            pause.await_reached()
            disk.fill(left=2 * MEGABYTE)
            if phase == "follow":
                write_much(scene.urls[0])
            pause.end()
            assert start.wait() == 1
        assert "resume" in start.error
        scene.writers.await_progress()
        disk.free()
        target.start()
        steps = scene.bring_to_target()
        scene.writers.await_progress()
    scene.check()
    outcome.ended("told, went on when there was room", steps)


def write_much(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO shop.customers (email) SELECT 'm' || n || repeat(md5(n::text), 20)"
            f"  FROM generate_series(1, {ROWS}) AS n"
        )
