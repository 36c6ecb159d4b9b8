"""A server that is lost while a move is under way: the operator ends the move, or takes over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from move_faults import Outcome
from move_scene import Scene
from move_scene.pause import Pause
from move_scene.remains import remains_in
from move_scene.schema import SCHEMA
from move_servers import Server

pytestmark = [pytest.mark.slow, pytest.mark.long]

NewScene = Callable[..., Scene]

_ADD = "INSERT INTO shop.customers (email) VALUES (%s) RETURNING id"
_LAST = "SELECT max(id) FROM shop.customers"
_ARRIVED = "SELECT FROM shop.customers WHERE email = %s"


@pytest.fixture
def other(new_server: Callable[..., Server]) -> Server:
    """The server that is lost."""
    return new_server(durable=True)


@pytest.fixture
def to_other(second_server: Server, other: Server, new_scene: NewScene) -> Iterator[Scene]:
    yield new_scene(second_server, other)
    other.start()  # so that the scene can be removed


@pytest.fixture
def from_other(second_server: Server, other: Server, new_scene: NewScene) -> Iterator[Scene]:
    yield new_scene(other, second_server)
    other.start()


def write(url: str, email: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(_ADD, [email]).fetchone()
        assert row is not None
        number: int = row[0]
        return number


def assert_serves(url: str) -> None:
    """It takes writes, and no number is given out twice."""
    with psycopg.connect(url) as connection:
        row = connection.execute(_LAST).fetchone()
    assert row is not None
    assert write(url, "after@shop.example") > row[0]
    assert remains_in(url) == []


def test_a_lost_target_that_comes_back_can_be_moved_to_again(
    to_other: Scene, other: Server, outcome: Outcome
) -> None:
    outcome.of("target's server lost", "ready")
    to_other.run("start")
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
    outcome.ended("aborted with --target-lost; moved again")


def test_a_lost_target_is_no_lost_target_while_it_answers(to_other: Scene) -> None:
    to_other.run("start")
    to_other.run("abort", "--target-lost")
    assert to_other.status().phase == "none"
    to_other.check()


def test_a_target_is_not_promoted_while_its_source_answers(from_other: Scene) -> None:
    from_other.run("start")
    refused = from_other.begin("promote", "--source-lost")
    assert refused.wait() == 1
    assert "it is not lost" in refused.error


def test_a_target_takes_over_from_a_lost_source(
    from_other: Scene, other: Server, outcome: Outcome
) -> None:
    outcome.of("source's server lost", "ready")
    from_other.run("start")
    other.kill()
    taken = from_other.run("promote", "--source-lost")
    assert "may be missing" in taken.error
    assert "shop.numbers" in taken.error
    assert from_other.at_target
    assert_serves(from_other.urls[1])
    outcome.ended("promoted with --source-lost")


def test_a_target_without_all_rows_never_takes_over(
    from_other: Scene, other: Server, outcome: Outcome
) -> None:
    outcome.of("source's server lost", "copy")
    from_other.begin("start", at="after:copy=kill").wait()
    other.kill()
    refused = from_other.begin("promote", "--source-lost")
    assert refused.wait() == 1
    assert "does not follow" in refused.error
    outcome.ended("not promoted: backups")


def test_a_cut_that_was_given_up_is_not_taken_for_one_that_was_made(
    from_other: Scene, other: Server, outcome: Outcome
) -> None:
    outcome.of("source's server lost", "cut")
    from_other.run("start")
    from_other.begin("cutover", at="before:commit=kill").wait()
    with psycopg.connect(from_other.urls[1]) as target:
        assert target.execute("SELECT FROM shared_db.markers WHERE name = 'cut:2'").fetchall()
    other.kill()
    taken = from_other.run("promote", "--source-lost")
    assert "may be missing" in taken.error
    assert_serves(from_other.urls[1])
    outcome.ended("promoted with --source-lost")


def test_a_cut_that_was_made_is_known_to_be_complete(
    from_other: Scene, other: Server, outcome: Outcome
) -> None:
    outcome.of("source's server lost", "cut")
    from_other.run("start")
    with Pause("after:commit") as pause:
        cut = from_other.begin("cutover", at=pause.action)
        pause.await_reached()
        await_row(from_other.urls[1], "SELECT FROM shared_db.markers WHERE name = 'moved:2'")
        cut.kill()
    other.kill()
    taken = from_other.run("promote", "--source-lost")
    assert "may be missing" not in taken.error
    assert_serves(from_other.urls[1])
    outcome.ended("promoted with --source-lost, complete")


@pytest.mark.parametrize("point", ["", "after:reopen"])
def test_the_former_home_takes_over_from_a_lost_new_one(
    to_other: Scene, other: Server, outcome: Outcome, point: str
) -> None:
    outcome.of("target's server lost", "rollback" if point else "resume")
    to_other.run("start")
    to_other.run("cutover")
    write(to_other.urls[1], "arrived@shop.example")
    await_row(to_other.urls[0], _ARRIVED, "arrived@shop.example")
    if point:
        to_other.begin("rollback", at=f"{point}=kill").wait()
    other.kill()
    assert to_other.begin("abort").wait() == 1
    assert to_other.begin("abort", "--target-lost").wait() == 1
    taken = to_other.run("promote", "--source-lost")
    assert "may be missing" in taken.error
    assert not to_other.at_target
    with psycopg.connect(to_other.urls[0]) as home:
        assert home.execute(_ARRIVED, ["arrived@shop.example"]).fetchone() is not None
        row = home.execute(f"SELECT epoch FROM shared_db.homes WHERE service = '{SCHEMA}'")
        assert row.fetchone() == (3,)
    assert_serves(to_other.urls[0])
    outcome.ended("former home promoted with --source-lost")


def test_a_former_home_does_not_take_over_from_a_living_one(to_other: Scene) -> None:
    to_other.run("start")
    to_other.run("cutover")
    refused = to_other.begin("promote", "--source-lost")
    assert refused.wait() == 1
    assert "it is not lost" in refused.error


def test_a_former_home_does_not_take_over_after_the_move_was_finished(
    to_other: Scene, other: Server, outcome: Outcome
) -> None:
    outcome.of("target's server lost", "finish")
    for step in ("start", "cutover", "finish"):
        to_other.run(step)
    other.kill()
    refused = to_other.begin("promote", "--source-lost")
    assert refused.wait() == 1
    outcome.ended("not promoted: backups")


def await_row(url: str, statement: str, *values: str) -> None:
    """Wait until the statement finds a row."""
    deadline = time.monotonic() + 30
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(statement, values).fetchone() is None:
            assert time.monotonic() < deadline, statement
            time.sleep(0.02)
