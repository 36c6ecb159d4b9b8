"""What reads show is measured against what their client had been told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rehearsal.exchanged import BalanceSeen, IntentSeen, RefundSeen, Shown
from rehearsal.history import Fault, check
from rehearsal.records import FINAL


def test_a_run_in_which_all_agrees_has_no_findings(run: Any) -> None:
    assert check(run.records, run.stored) == []


def test_a_read_that_shows_less_than_was_acknowledged_is_stale(run: Any) -> None:
    stale = run.of("list")
    stale.shows.intents[0].status = "requires_capture"
    stale.shows.intents[0].captured = 0
    (finding,) = check(run.records)
    assert finding.fault is Fault.STALE_READ
    assert (finding.thing, finding.records) == ("payment intent intent-1", (stale.n,))
    assert "captured 100" in finding.sentence


def test_a_read_under_way_with_a_write_may_show_either(run: Any) -> None:
    read, write = run.of("get"), run.of("confirm")
    write.started = read.started
    for status in ("requires_payment_method", "processing", "requires_capture"):
        read.shows.intents[0].status = status
        assert check(run.records, run.stored) == []


def test_processing_that_was_asked_for_beside_a_confirm_is_of_the_confirm(run: Any) -> None:
    read, write = run.of("get"), run.of("confirm")
    read.started, read.ended = write.ended - 0.1, write.ended + 0.1
    read.shows.intents[0].status = "processing"
    later = replace(read, n=99, started=read.ended + 0.1, ended=read.ended + 0.2)
    later.shows = Shown(intents=[IntentSeen("intent-1", "requires_capture", 100, "EUR", 0, 0)])
    assert check([*run.records, later], run.stored) == []


def test_a_state_that_goes_back_between_two_reads_is_stale(run: Any) -> None:
    first, write = run.of("get"), run.of("confirm")
    write.started = first.started
    write.ended = first.ended + 2
    first.shows.intents[0].status = "requires_capture"
    later = replace(first, n=99, started=first.ended + 0.1, ended=first.ended + 0.2)
    later.shows = Shown(
        intents=[IntentSeen("intent-1", "requires_payment_method", 100, "EUR", 0, 0)]
    )
    (finding,) = check([*run.records, later])
    assert (finding.fault, finding.records) == (Fault.STALE_READ, (99,))


def test_a_payment_that_is_not_found_any_more_is_named(run: Any) -> None:
    read = run.of("get")
    read.status, read.failure, read.shows = 404, "404 payment_intent_not_found", None
    (finding,) = check(run.records)
    assert finding.fault is Fault.STALE_READ
    assert finding.records == (run.of("create").n, read.n)


def test_a_payment_that_a_list_leaves_out_is_stale(run: Any) -> None:
    run.of("list").shows.intents = [IntentSeen("intent-0", "succeeded", 1, "EUR", 1, 0)]
    (finding,) = check(run.records)
    assert finding.fault is Fault.STALE_READ
    assert "list leaves it out" in finding.sentence


def test_a_payment_that_is_older_than_the_page_need_not_be_on_it(run: Any) -> None:
    run.of("list").shows.intents = [IntentSeen("intent-2", "succeeded", 1, "EUR", 1, 0)]
    assert check(run.records) == []


def test_a_lost_capture_is_named_when_everything_is_read_back(run: Any) -> None:
    final = run.of("list", FINAL)
    final.shows.intents[0].captured = 0
    final.shows.intents[0].status = "requires_capture"
    finding = check(run.records)[0]
    assert (finding.fault, finding.records) == (Fault.LOST, (final.n,))


def test_a_refund_that_was_applied_twice_is_named(run: Any) -> None:
    final = run.of("list", FINAL)
    final.shows.intents[0].refunded = 60
    (finding,) = check(run.records)
    assert (finding.fault, finding.records) == (Fault.DUPLICATED, (final.n,))
    assert "refunded 60" in finding.sentence


def test_a_changed_amount_is_named(run: Any) -> None:
    run.of("list", FINAL).shows.intents[0].amount = 101
    (finding,) = check(run.records)
    assert finding.fault is Fault.CHANGED
    assert "created with 100 EUR, shown with 101 EUR" in finding.sentence


def test_a_refund_that_changed_is_named(run: Any) -> None:
    changed = RefundSeen("refund-1", "intent-1", 31, "EUR", "succeeded")
    run.of("get_refund", FINAL).shows.refunds = [changed]
    (finding,) = check(run.records)
    assert (finding.fault, finding.thing) == (Fault.CHANGED, "refund refund-1")


def test_a_payment_made_twice_by_one_request_is_named(run: Any) -> None:
    twin = IntentSeen("intent-2", "requires_payment_method", 100, "EUR", 0, 0, "run-create")
    run.of("list", FINAL).shows.intents.append(twin)
    (finding,) = check(run.records)
    assert (finding.fault, finding.thing) == (Fault.DUPLICATED, "payment intent intent-2")
    assert run.of("create").n in finding.records


def test_a_payment_of_a_request_without_reply_may_be_there_once(run: Any) -> None:
    run.ask("create", None, status=0, failure="no reply", key="run-9", amount=5, currency="EUR")
    made = IntentSeen("intent-9", "requires_payment_method", 5, "EUR", 0, 0, "run-9")
    run.of("list", FINAL).shows.intents.append(made)
    assert check(run.records) == []
    run.of("list", FINAL).shows.intents.append(replace(made, id="intent-10"))
    assert [finding.fault for finding in check(run.records)] == [Fault.DUPLICATED]


def test_a_capture_without_reply_may_have_happened_or_not(run: Any) -> None:
    capture = run.of("capture")
    capture.status, capture.failure, capture.shows = 0, "no reply within 10 s", None
    run.stored.keys[:] = [key for key in run.stored.keys if key.key != capture.sent.key]
    assert check(run.records, run.stored) == []


@pytest.mark.parametrize(("captured", "fault"), [(500, Fault.LOST), (700, Fault.DUPLICATED)])
def test_balances_are_held_against_what_was_captured(run: Any, captured: int, fault: Fault) -> None:
    final = run.of("balances", FINAL)
    final.shows.balances = [
        BalanceSeen("provider_clearing", "EUR", captured - 30),
        BalanceSeen("sales", "EUR", -captured),
        BalanceSeen("refunds", "EUR", 30),
    ]
    (finding,) = check(run.records)
    assert (finding.fault, finding.records) == (fault, (final.n,))


def test_a_ledger_that_does_not_sum_to_zero_is_named(run: Any) -> None:
    final = run.of("balances", FINAL)
    final.shows.balances[0].balance += 1
    (finding,) = check(run.records)
    assert (finding.fault, finding.records) == (Fault.UNBALANCED, (final.n,))


def test_a_token_that_was_given_and_then_refused_is_a_lost_session(run: Any) -> None:
    refused = run.of("refresh", FINAL)
    refused.status, refused.failure, refused.shows = 400, "400 invalid_grant", None
    (finding,) = check(run.records)
    assert finding.fault is Fault.LOST
    assert finding.records == (run.of("refresh").n, refused.n)


def test_an_account_that_is_shown_as_anothers_is_named(run: Any) -> None:
    run.of("me", FINAL).shows.email = "eve@example.com"
    (finding,) = check(run.records)
    assert finding.fault is Fault.CHANGED


def test_payments_that_were_not_read_back_are_told(run: Any) -> None:
    run.records.remove(run.of("list", FINAL))
    (finding,) = check(run.records)
    assert finding.fault is Fault.UNCHECKED
