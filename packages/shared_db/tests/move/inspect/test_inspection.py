"""The whole inspection: quiet where all is well, ordered, degrading, changing nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from shared_db.check import Verdict
from shared_db.move.inspect import Obstacle, inspect, may_start

OF_THE_TEST_SERVER = {"fsync-off", "unlimited-wal", "open-transaction", "prepared-transaction"}
"""The server of the tests has no fsync, and other tests use it at the same time."""

OF_AN_OLD_SERVER = {"old-target", "no-way-back"}
"""Its version is judged by test_inspect_servers."""


def codes(found: list[Obstacle]) -> set[str]:
    return {one.code for one in found} - OF_THE_TEST_SERVER - OF_AN_OLD_SERVER


def test_a_schema_that_can_move_meets_no_obstacle(ground: Any) -> None:
    ground.create_database(f"{ground.slug}_target")
    target = ground.connect(f"{ground.slug}_target")
    side = ground.side(f"{ground.slug}_target")
    assert codes(inspect(ground.source, target, ground.subject, side)) == set()


def test_a_target_that_is_not_there_yet_is_asked_through_its_server(ground: Any) -> None:
    side = ground.side(f"{ground.slug}_target")
    found = inspect(ground.source, ground.connect("postgres"), ground.subject, side)
    assert codes(found) == set()


def test_without_a_target_the_source_alone_is_inspected(ground: Any) -> None:
    found = inspect(ground.source, None, ground.subject)
    assert codes(found) == {"target-not-inspected"}


def test_what_blocks_comes_first(ground: Any) -> None:
    ground.run(
        'CREATE TABLE {s}.t (); CREATE MATERIALIZED VIEW {s}.m AS SELECT id FROM {s}."Orders";'
        'CREATE PUBLICATION p FOR TABLE {s}."Orders"; CREATE VIEW {o}.v AS SELECT FROM {s}.lines'
    )
    found = inspect(ground.source, None, ground.subject)
    order = list(dict.fromkeys(one.verdict for one in found))
    assert order == [Verdict.BLOCKS, Verdict.WARNS, Verdict.INFORMS]
    assert not may_start(found)
    assert may_start([one for one in found if one.verdict is not Verdict.BLOCKS])


def test_a_schema_that_does_not_exist_blocks(ground: Any) -> None:
    found = inspect(ground.source, None, replace(ground.subject, schema="order desk"))
    assert [(one.code, one.verdict) for one in found] == [("no-schema", Verdict.BLOCKS)]


def test_a_role_without_any_privilege_can_inspect(ground: Any) -> None:
    ground.run("CREATE ROLE {role} LOGIN")
    limited = ground.connect(ground.slug)
    ground.run("SET ROLE {role}", limited)
    found = inspect(limited, ground.connect("postgres"), ground.subject, ground.side("nowhere"))
    assert {"may-not-replicate", "may-not-act-as-owner"} <= codes(found)
    assert "not-seen" not in codes(found)


def test_an_inspection_writes_nothing(ground: Any) -> None:
    ground.source.execute("SET default_transaction_read_only = on")
    target = ground.connect("postgres")
    target.execute("SET default_transaction_read_only = on")
    inspect(ground.source, target, ground.subject, ground.side("nowhere"))


def test_an_obstacle_is_told_to_programs() -> None:
    obstacle = Obstacle("code", Verdict.WARNS, ("a", "b"), "Sentence.", "Remedy.")
    assert obstacle.as_json() == {
        "code": "code",
        "verdict": "warns",
        "objects": ["a", "b"],
        "sentence": "Sentence.",
        "remedy": "Remedy.",
    }
