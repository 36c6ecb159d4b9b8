"""A server that is lost while a move is under way: the operator ends the move, or takes over."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import psycopg
import pytest
from move_scene import Scene
from move_scene.remains import remains_in
from move_scene.schema import SCHEMA
from move_servers import Server

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("moves")]

_numbers = itertools.count()


@pytest.fixture
def other(new_server: Callable[..., Server]) -> Server:
    """The server that is lost."""
    return new_server(durable=True)


@pytest.fixture
def to_other(second_server: Server, other: Server) -> Iterator[Scene]:
    made = Scene(second_server.url(), other.url(), f"lost_{next(_numbers)}")
    made.run("start")
    yield made
    made.remove()


@pytest.fixture
def from_other(second_server: Server, other: Server) -> Scene:
    made = Scene(other.url(), second_server.url(), f"lost_{next(_numbers)}")
    made.run("start")
    return made


def test_a_lost_target_that_comes_back_can_be_moved_to_again(
    to_other: Scene, other: Server
) -> None:
    other.kill()
    left = to_other.begin("abort")
    assert left.wait() == 1
    assert "--target-lost" in left.error
    to_other.run("abort", "--target-lost")
    assert to_other.status().phase == "none"
    other.start()
    with to_other.under_load():
        to_other.run("start")
        to_other.run("cutover")
        to_other.run("finish")
        to_other.writers.await_progress()
    to_other.check()
    assert to_other.at_target


def test_a_lost_target_is_no_lost_target_while_it_answers(to_other: Scene) -> None:
    to_other.run("abort", "--target-lost")
    assert to_other.status().phase == "none"
    to_other.check()


def test_a_target_is_not_promoted_while_its_source_answers(from_other: Scene) -> None:
    refused = from_other.begin("promote", "--source-lost")
    assert refused.wait() == 1
    assert "it is not lost" in refused.error


def test_a_target_takes_over_from_a_lost_source(from_other: Scene, other: Server) -> None:
    other.kill()
    taken = from_other.run("promote", "--source-lost")
    assert "may be missing" in taken.error
    assert from_other.at_target
    with psycopg.connect(from_other.urls[1]) as connection:
        connection.execute(f"UPDATE {SCHEMA}.counters SET value = value + 1")
    assert remains_in(from_other.urls[1]) == []
