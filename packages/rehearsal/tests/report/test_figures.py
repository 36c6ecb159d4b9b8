"""The figures of report.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rehearsal.history import Fault, Finding
from rehearsal.records import Record
from rehearsal.report import Events, Facts, build_report, document, read_events, write_report


@pytest.fixture
def written(records: list[Record], events: Events, facts: Facts) -> dict[str, Any]:
    return document(build_report(records, events, [], facts))


def test_the_traffic_is_told_with_password_hashing_apart(written: dict[str, Any]) -> None:
    traffic = written["traffic"]
    assert (traffic["requests"], traffic["failed"]) == (7200, 0)
    assert (traffic["p50_ms"], traffic["longest_ms"]) == (5.0, 5.0)
    assert traffic["hashing"]["requests"] == 60
    assert traffic["hashing"]["p99_ms"] == 80.0
    assert traffic["acknowledged_writes"] == 60


def test_the_rate_is_told_before_and_at_its_lowest(
    records: list[Record], events: Events, facts: Facts
) -> None:
    slow = [r for r in records if not 1012 <= r.scheduled < 1017 or r.n % 2]
    traffic = document(build_report(slow, events, [], facts))["traffic"]
    assert traffic["rate_before"] == pytest.approx(120, abs=1)
    assert traffic["rate_lowest"] == pytest.approx(90, abs=1)


def test_a_service_is_told_with_its_holds_and_tables(written: dict[str, Any]) -> None:
    (service,) = written["services"]
    assert (service["service"], service["source"]) == ("payments", "one:5432/a")
    assert (service["rows"], service["bytes"], service["copy_seconds"]) == (1000, 100, 10.0)
    assert (service["hold_ms"], service["rollback_hold_ms"]) == (9.5, 12.5)
    assert service["verify_rows_per_second"] == 450
    first, second = service["cut_attempts"]
    assert (first["hold_ms"], first["ok"], first["reason"]) == (
        20.0,
        False,
        "the lock was not granted",
    )
    assert (second["hold_ms"], second["ok"]) == (9.5, True)
    (table,) = service["tables"]
    assert (table["name"], table["rows"], table["equal"]) == ("payments.refunds", 500, True)


def test_all_fields_that_are_promised_are_there(written: dict[str, Any]) -> None:
    assert {"verdict", "services", "traffic", "left_behind"} <= set(written)
    promised = "requests failed acknowledged_writes lost duplicated stale_reads p50_ms p99_ms"
    promised += " longest_ms rate_before rate_lowest"
    assert set(promised.split()) <= set(written["traffic"])


def test_findings_are_counted_by_their_fault(
    records: list[Record], events: Events, facts: Facts
) -> None:
    found = [Finding(fault, "x", (1,), "y") for fault in (Fault.LOST, Fault.LOST, Fault.STALE_READ)]
    traffic = document(build_report(records, events, found, facts))["traffic"]
    assert (traffic["lost"], traffic["duplicated"], traffic["stale_reads"]) == (2, 0, 1)


def test_a_phase_that_never_ended_lasts_to_the_last_event(lines: list[dict[str, Any]]) -> None:
    lines[:] = [line for line in lines if line.get("state") != "end" or line["phase"] != "copy"]
    (copy,) = [p for p in Events.of_lines(iter(lines)).phases if p.phase == "copy"]
    assert (copy.begin, copy.end) == (1010.0, 1040.0)


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    file = tmp_path / "events.jsonl"
    whole = "".join(json.dumps(line) + "\n" for line in lines)
    file.write_text(whole + '{"at": 1', encoding="utf-8")
    assert len(read_events(file).holds) == 4
    assert read_events(tmp_path / "none").holds == []


def test_the_page_holds_everything_and_needs_no_network(
    tmp_path: Path, records: list[Record], events: Events, facts: Facts
) -> None:
    report = build_report(records, events, [], facts)
    data, html = write_report(tmp_path / "out", report, records, events)
    page = html.read_text(encoding="utf-8")
    for words in ("Latency over time", "The holds, magnified", "Copy progress", "Replication lag"):
        assert words in page
    assert "payments.refunds" in page
    assert 'src="http' not in page
    assert "<!--" not in page.partition("<script>")[0]
    assert json.loads(data.read_text(encoding="utf-8"))["verdict"] == "pass"
