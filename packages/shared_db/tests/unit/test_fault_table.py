"""The table of faults: a row for each fault, a column for each phase, what failed stands out."""

from __future__ import annotations

from move_faults.phases import ORDER, phase_of
from move_faults.table import lines_of
from shared_db.move.points import POINTS


def outcome(fault: str, phase: str, told: str, *, ok: bool = True) -> dict[str, object]:
    return {"fault": fault, "phase": phase, "outcome": told, "ok": ok}


def test_outcomes_of_a_phase_are_counted_and_what_does_not_apply_is_a_dash() -> None:
    lines = lines_of(
        [
            outcome("tool killed", "cut", "finished"),
            outcome("tool killed", "cut", "finished"),
            outcome("tool killed", "cut", "undone"),
            outcome("slot dropped", "copy", "copied anew"),
        ]
    )
    assert lines == [
        "| Fault | copy | cut |",
        "| --- | --- | --- |",
        "| slot dropped | copied anew | – |",
        "| tool killed | – | finished (2×)<br>undone |",
    ]


def test_what_failed_stands_out() -> None:
    assert (
        "**failed**: a | b".replace("|", "\\|")
        in lines_of([outcome("tool killed", "cut", "a | b", ok=False)])[-1]
    )


def test_every_point_belongs_to_a_phase() -> None:
    assert {phase_of(point) for point in POINTS} <= set(ORDER)
