"""What ``move status`` and ``resume`` say to do next."""

from __future__ import annotations

from typing import Any
from unittest.mock import sentinel

import pytest
from shared_db.cli.next_steps import next_steps
from shared_db.move import Status
from shared_db.move.journal import is_compared


def line(step: str) -> str:
    return f"`{step} orders`"


def phase(name: str, state: str) -> dict[str, Any]:
    return {"event": "phase", "phase": name, "state": state}


CUT, COMPARED = phase("cut", "begin"), phase("compare", "end")
VERIFIED, BACK = phase("verify", "end"), phase("rollback", "begin")


@pytest.mark.parametrize(
    ("reached", "steps"),
    [
        ("begun", ("resume", "abort")),
        ("copy", ("resume", "abort")),
        ("follow", ("resume", "abort")),
        ("ready", ("cutover", "abort")),
        ("cut", ("rollback", "finish")),
        ("finish", ("finish",)),
        ("abort", ("abort",)),
    ],
)
def test_each_phase_names_the_commands_that_end_it(reached: str, steps: tuple[str, ...]) -> None:
    said = next_steps(line, Status(sentinel.run, reached, "here", []))
    assert [step for step in steps if line(step) in said] == list(steps)
    assert said.count("orders") == len(steps)


def test_without_a_move_there_is_nothing_to_go_on_with() -> None:
    assert next_steps(line, Status(None, "none", "here", [])) == "No move is under way."


@pytest.mark.parametrize(
    ("reached", "kind", "step", "avoided"),
    [
        ("ready", "verify", "verify", "cutover"),
        ("cut", "verify", "verify", "rollback"),
        ("cut", "cut", "rollback", "finish"),
    ],
)
def test_where_rows_differ_no_step_is_named_that_is_refused_or_keeps_them(
    reached: str, kind: str, step: str, avoided: str
) -> None:
    differs = {"event": "table", "table": "orders.lines", "kind": kind, "equal": False}
    said = next_steps(line, Status(sentinel.run, reached, "here", [differs]))
    assert "orders.lines" in said
    assert line(step) in said
    assert line(avoided) not in said


def test_a_missing_comparison_is_said_first() -> None:
    said = next_steps(line, Status(sentinel.run, "cut", "there", [], compared=False))
    assert said.startswith("The rows of the cut were not compared: run `verify orders`. Cut over")


@pytest.mark.parametrize(
    ("told", "reached", "compared"),
    [
        ([VERIFIED], "ready", True),
        ([VERIFIED, CUT], "ready", True),  # it was given up
        ([VERIFIED, CUT], "cut", False),
        ([VERIFIED, CUT, COMPARED], "cut", True),
        ([VERIFIED, CUT, VERIFIED], "cut", True),
        ([VERIFIED, CUT, COMPARED, BACK], "cut", True),  # it was given up
        ([VERIFIED, CUT, COMPARED, BACK], "ready", False),
        ([VERIFIED, CUT, COMPARED, BACK, COMPARED], "ready", True),
    ],
)
def test_a_cut_is_compared_when_a_comparison_ended_after_it(
    told: list[dict[str, Any]], reached: str, compared: bool
) -> None:
    assert is_compared(told, reached) is compared
