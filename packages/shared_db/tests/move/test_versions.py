"""Moves between PostgreSQL versions; only those that ran here are claimed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from move_faults.record import all_wanted
from move_scene import Scene
from move_servers import Server

pytestmark = [pytest.mark.slow, pytest.mark.long]

NewServer = Callable[..., Server]


PAIRS = [(16, 18), (16, 16), (18, 18)] if all_wanted() else [(16, 18)]
"""18 to 18 is what the other tests of moves run on."""


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_a_schema_moves_there_and_back(new_server: NewServer, source: int, target: int) -> None:
    servers = [new_server(version=version, durable=True) for version in (source, target)]
    scene = Scene(servers[0].url(), servers[1].url(), "versions")
    with scene.under_load():
        for step in ("start", "cutover", "rollback", "cutover", "finish"):
            scene.run(step)
        scene.writers.await_progress()
    scene.check()
    assert scene.at_target


def test_a_schema_moves_away_from_15_without_a_way_back(new_server: NewServer) -> None:
    servers = [new_server(version=version, durable=True) for version in (15, 18)]
    scene = Scene(servers[0].url(), servers[1].url(), "versions")
    with scene.under_load():
        scene.run("start")
        scene.run("cutover")
        for step in ("rollback", "verify"):
            refused = scene.begin(step)
            assert refused.wait() == 1
            assert "There is no way back" in refused.error
        scene.run("finish")
        scene.writers.await_progress()
    scene.check()
    assert scene.at_target


def test_15_is_no_target(new_server: NewServer) -> None:
    servers = [new_server(version=version, durable=True) for version in (16, 15)]
    scene = Scene(servers[0].url(), servers[1].url(), "versions")
    refused = scene.begin("start")
    assert refused.wait() == 1
    assert "PostgreSQL 15" in refused.error
