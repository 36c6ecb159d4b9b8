"""What fails a rehearsal is named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rehearsal.history import Fault, Finding
from rehearsal.records import Record
from rehearsal.report import Events, Facts, Report, build_report


def report_of(records: list[Record], events: Events, facts: Facts, *found: Finding) -> Report:
    return build_report(records, events, found, facts)


def test_a_run_in_which_everything_holds_passes(
    records: list[Record], events: Events, facts: Facts
) -> None:
    assert report_of(records, events, facts).reasons == []


@pytest.mark.parametrize("fault", list(Fault))
def test_a_finding_fails_it_and_is_named(
    records: list[Record], events: Events, facts: Facts, fault: Fault
) -> None:
    report = report_of(records, events, facts, Finding(fault, "payment intent 7", (42,), "gone"))
    assert report.verdict == "fail"
    assert report.reasons == [f"1 × {fault}: {fault}: payment intent 7: gone (request 42)."]


def test_a_failed_request_fails_it(records: list[Record], events: Events, facts: Facts) -> None:
    records[7] = replace(records[7], status=503, failure="503 database_unavailable")
    assert report_of(records, events, facts).reasons == [
        "1 requests failed: 1 × get: 503 database_unavailable."
    ]


def test_a_slow_request_fails_it(records: list[Record], events: Events, facts: Facts) -> None:
    records[7] = replace(records[7], ended=records[7].scheduled + 0.3)
    assert report_of(records, events, facts).reasons == [
        "The longest request took 300 ms; 250 are allowed."
    ]


def test_a_slow_disk_is_named_beside_a_slow_request(
    records: list[Record], events: Events, facts: Facts
) -> None:
    records[7] = replace(records[7], ended=records[7].scheduled + 0.3)
    slow = facts.model_copy(update={"disk_pause_ms": 280.5})
    assert report_of(records, events, slow).reasons == [
        "The longest request took 300 ms; 250 are allowed. One write to the disk took 280.5 ms."
    ]


def test_a_rate_that_breaks_down_in_a_phase_fails_it(
    records: list[Record], events: Events, facts: Facts
) -> None:
    fewer = [r for r in records if not 1022 <= r.scheduled < 1025 or r.n % 2]
    (reason,) = report_of(fewer, events, facts).reasons
    assert "requests/s in one phase" in reason


def test_too_little_load_fails_it(records: list[Record], events: Events, facts: Facts) -> None:
    (reason,) = report_of(records[::2], events, facts).reasons
    assert "before the move; 100 are asked for" in reason


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"left_behind": ["slot outgrow_1"]}, "Left behind: slot outgrow_1"),
        ({"errors": ["The move of payments ended with 1."]}, "ended with 1"),
    ],
)
def test_remains_and_errors_fail_it(
    records: list[Record], events: Events, facts: Facts, changes: dict[str, Any], words: str
) -> None:
    (reason,) = report_of(records, events, facts.model_copy(update=changes)).reasons
    assert words in reason


def test_a_service_that_was_never_cut_over_fails_it(
    records: list[Record], lines: list[dict[str, Any]], facts: Facts
) -> None:
    lines[:] = [line for line in lines if line.get("kind") != "cut" or not line.get("ok", True)]
    (reason,) = report_of(records, Events.of_lines(iter(lines)), facts).reasons
    assert reason == "payments was never cut over: the lock was not granted."


def test_an_unequal_table_fails_it_and_is_named(
    records: list[Record], lines: list[dict[str, Any]], facts: Facts
) -> None:
    table = next(line for line in lines if line["event"] == "table")
    table |= {"equal": False, "differences": ["id 7: amount 1 became 2"]}
    (reason,) = report_of(records, Events.of_lines(iter(lines)), facts).reasons
    assert reason.startswith("payments.refunds differs between source and target: id 7")


def test_long_holds_fail_it(
    records: list[Record], lines: list[dict[str, Any]], facts: Facts
) -> None:
    for line in lines:
        if line["event"] == "hold":
            line["hold_ms"] = 120.0
    median, longest = report_of(records, Events.of_lines(iter(lines)), facts).reasons
    assert median == "The median hold was 120.0 ms; 30 are allowed."
    assert longest == "The longest hold was 120.0 ms; 100 are allowed."
