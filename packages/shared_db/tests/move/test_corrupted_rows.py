"""Rows of the target are not what they should be: the verification finds each, whatever it is."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from move_faults import Outcome
from move_faults.record import all_wanted
from move_scene import Scene
from move_scene.pause import Pause
from move_servers import Server

pytestmark = [pytest.mark.slow]

NewScene = Callable[..., Scene]

HARMS = {
    "changed": "UPDATE shop.orders SET amount = amount + 0.01 WHERE note = 'seeded 7'",
    "missing": "DELETE FROM shop.orders WHERE note = 'seeded 7'",
    "added": "INSERT INTO shop.orders (customer, amount, note) VALUES (1, 1, 'stray')",
}
SUBTLE = {
    "scale of a numeric": "UPDATE shop.orders SET amount = 7.5 WHERE note = 'seeded 7'",
    "an enum": "UPDATE shop.customers SET kind = 'member' WHERE id = 3",
    "a NULL": "UPDATE shop.customers SET facts = NULL WHERE id = 3",
    "a partition": 'UPDATE shop."Event Log" SET body = \'other\' WHERE "Id" = 4',
}
ALL = {**HARMS, **SUBTLE}
CHOSEN = ALL if all_wanted() else {"changed": HARMS["changed"]}


def corrupt(scene: Scene, *statements: str) -> None:
    """Harm rows past every trigger, and so that no replication carries it back."""
    with psycopg.connect(scene.urls[1], autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SELECT pg_replication_origin_create('harm')")
        connection.execute("SELECT pg_replication_origin_session_setup('harm')")
        for statement in statements:
            assert connection.execute(statement).rowcount == 1
        connection.execute("SELECT pg_replication_origin_session_reset()")
        connection.execute("SELECT pg_replication_origin_drop('harm')")


@pytest.mark.parametrize("what", CHOSEN)
def test_a_start_does_not_become_ready(
    pair: tuple[Server, Server], new_scene: NewScene, outcome: Outcome, what: str
) -> None:
    outcome.of(f"row at the target: {what}", "verify")
    scene = new_scene(*pair)
    with scene.under_load():
        with Pause("before:verify") as pause:
            start = scene.begin("start", at=pause.action)
            pause.await_reached()
            corrupt(scene, CHOSEN[what])
            pause.end()
            assert start.wait() == 1
        assert "shop differ" in start.error
        refused = scene.begin("cutover")
        assert refused.wait() == 1
        assert "not ready" in refused.error
        scene.run("abort")
        scene.writers.await_progress()
    scene.check()
    outcome.ended("found, cut refused, aborted")


@pytest.mark.parametrize("what", ALL if all_wanted() else HARMS)
def test_verify_and_the_comparison_after_the_cut_find_it_and_rollback_goes_back(
    pair: tuple[Server, Server], new_scene: NewScene, outcome: Outcome, what: str
) -> None:
    outcome.of(f"row at the target: {what}", "compare")
    scene = new_scene(*pair)
    with scene.under_load():
        scene.run("start")
        corrupt(scene, ALL[what])
        cut = scene.begin("cutover")
        assert cut.wait() == 1
        assert "1 table(s) of shop differ" in cut.error
        assert "roll back" in cut.error
        assert scene.at_target
        if what == "changed":
            verify = scene.begin("verify")
            assert verify.wait() == 1
            assert "1 table(s) of shop differ" in verify.error
        back = scene.begin("rollback")
        assert back.wait() in {0, 1}, back.error  # the way back compares, too
        assert not scene.at_target
        if what == "changed":
            refused = scene.begin("cutover")
            assert refused.wait() == 1
            assert "shop.orders differed" in refused.error
        scene.run("abort")
        scene.writers.await_progress()
    scene.check()
    outcome.ended("found by verify and after the cut, rolled back, aborted")


def test_a_cutover_is_refused_until_the_rows_that_verify_found_are_put_right(
    pair: tuple[Server, Server], new_scene: NewScene, outcome: Outcome
) -> None:
    outcome.of("row at the target: changed", "ready")
    scene = new_scene(*pair)
    with scene.under_load():
        scene.run("start")
        corrupt(scene, HARMS["changed"])
        assert scene.begin("verify").wait() == 1
        for options in ((), ("--force",)):
            refused = scene.begin("cutover", *options)
            assert refused.wait() == 1
            assert "shop.orders differed" in refused.error
            assert "`shared-db move verify --schema shop …`" in refused.error
            assert not scene.at_target
        corrupt(scene, HARMS["changed"].replace("+", "-"))
        scene.run("verify")
        scene.run("cutover")
        assert scene.at_target
        scene.run("finish")
        scene.writers.await_progress()
    scene.check()
    outcome.ended("found by verify, cut refused, put right, finished")


@pytest.mark.parametrize("what", HARMS)
def test_a_write_past_the_fence_of_a_standby_never_reaches_the_home_and_is_found(
    pair: tuple[Server, Server], new_scene: NewScene, outcome: Outcome, what: str
) -> None:
    outcome.of(f"row written past the fence: {what}", "ready")
    scene = new_scene(*pair)
    with scene.under_load():
        scene.run("start")
        write_past_the_fence(scene.urls[1], HARMS[what])
        verify = scene.begin("verify")
        assert verify.wait() == 1
        assert "1 table(s) of shop differ" in verify.error
        scene.run("abort")
        scene.writers.await_progress()
    scene.check()
    outcome.ended("kept from the home, found by verify, aborted")


def test_a_write_past_the_fence_of_a_former_home_never_reaches_the_new_one_and_is_found(
    pair: tuple[Server, Server], new_scene: NewScene, outcome: Outcome
) -> None:
    outcome.of("row written past the fence: added", "rollback")
    scene = new_scene(*pair)
    with scene.under_load():
        scene.run("start")
        scene.run("cutover")
        write_past_the_fence(scene.urls[0], HARMS["added"])
        verify = scene.begin("verify")
        assert verify.wait() == 1
        assert "1 table(s) of shop differ" in verify.error
        refused = scene.begin("rollback")
        assert refused.wait() == 1
        assert "shop.orders differed" in refused.error
        assert scene.at_target
        scene.run("finish")
        scene.writers.await_progress()
    scene.check()
    outcome.ended("kept from the home, found by verify, finished")


def write_past_the_fence(url: str, statement: str) -> None:
    """As a superuser can; replication takes it for a write of this server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        assert connection.execute(statement).rowcount == 1
