"""What is told of holds that were given up is the time in which writes waited."""

from __future__ import annotations

import time

import pytest
from shared_db.move.hold import HoldGivenUp, hold_until_done
from shared_db.move.options import MoveOptions
from shared_db.move.telling import Event, Teller


def told_of(*failures: HoldGivenUp) -> list[Event]:
    events: list[Event] = []
    left = iter(failures)

    def attempt() -> None:
        raise next(left)

    options = MoveOptions(attempts=len(failures))
    with pytest.raises(HoldGivenUp):
        hold_until_done(attempt, "cut", options, Teller("orders", "run", (events.append,)))
    return events


def test_preparing_an_attempt_is_no_part_of_its_hold() -> None:
    (event,) = told_of(HoldGivenUp("locked", began=time.time() - 0.05))
    assert 50 <= event["hold_ms"] < 1000
    assert (event["ok"], event["reason"], event["attempt"]) == (False, "locked", 1)


def test_where_writes_did_not_wait_the_hold_is_nothing() -> None:
    (event,) = told_of(HoldGivenUp("the marker did not arrive"))
    assert event["hold_ms"] == 0
