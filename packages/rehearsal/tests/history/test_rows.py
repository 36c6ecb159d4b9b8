"""What the databases hold is measured against what was acknowledged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rehearsal.history import Effect, Fault, StoredToken, check
from rehearsal.history.effects import TABLES

PLACES = [(kind, table) for kind, tables in TABLES.items() for table in tables]


@pytest.mark.parametrize(("kind", "table"), PLACES)
def test_a_dropped_row_is_a_lost_write(run: Any, kind: str, table: str) -> None:
    run.stored.effects.remove(run.effect(table, kind))
    (finding,) = check(run.records, run.stored)
    assert (finding.fault, finding.records) == (Fault.LOST, (run.of(kind).n,))
    assert f"left no row in {table}" in finding.sentence


@pytest.mark.parametrize(("kind", "table"), PLACES)
def test_an_effect_that_is_there_twice_is_named(run: Any, kind: str, table: str) -> None:
    run.stored.effects.append(replace(run.effect(table, kind), id="twin"))
    (finding,) = check(run.records, run.stored)
    assert (finding.fault, finding.records) == (Fault.DUPLICATED, (run.of(kind).n,))
    assert f"{table} has a row twin" in finding.sentence


@pytest.mark.parametrize(("kind", "table"), PLACES)
def test_a_changed_row_is_named(run: Any, kind: str, table: str) -> None:
    run.replace_effect(run.effect(table, kind), amount=77)
    (finding,) = check(run.records, run.stored)
    assert (finding.fault, finding.records) == (Fault.CHANGED, (run.of(kind).n,))
    assert "amount 77" in finding.sentence


def test_a_step_without_reply_may_have_left_its_rows(run: Any) -> None:
    run.ask(
        "refund", None, status=0, failure="no reply", intent="intent-1", amount=7, currency="EUR"
    )
    rows = [Effect(t, f"{t}-x", "intent-1", "refund", 7) for t in TABLES["refund"]]
    assert check(run.records, run.stored) == []
    run.stored.effects.extend(rows)
    assert check(run.records, run.stored) == []
    run.stored.effects.append(replace(rows[0], id="twin"))
    assert [f.fault for f in check(run.records, run.stored)] == [Fault.DUPLICATED]


def test_a_refused_step_must_leave_no_rows(run: Any) -> None:
    run.ask("refund", None, status=422, failure="422", intent="intent-1", amount=7, currency="EUR")
    run.stored.effects.append(Effect("refunds", "x", "intent-1", "refund", 7))
    assert [f.fault for f in check(run.records, run.stored)] == [Fault.DUPLICATED]


def test_a_lost_idempotency_key_is_named(run: Any) -> None:
    lost = run.stored.keys.pop()
    (finding,) = check(run.records, run.stored)
    assert finding.fault is Fault.LOST
    assert finding.thing == f"idempotency key {lost.key}"


def test_an_idempotency_key_with_another_reply_is_named(run: Any) -> None:
    run.stored.keys[0] = replace(run.stored.keys[0], status=409)
    (finding,) = check(run.records, run.stored)
    assert finding.fault is Fault.CHANGED


@pytest.mark.parametrize(
    ("index", "token", "fault"),
    [
        (1, None, Fault.LOST),
        (1, StoredToken("t1", "t0", used=False, revoked=False), Fault.LOST),
        (2, StoredToken("t2", "t0", used=False, revoked=False), Fault.CHANGED),
        (2, StoredToken("t2", "t1", used=False, revoked=True), Fault.CHANGED),
    ],
    ids=["missing", "unused", "of another parent", "revoked"],
)
def test_a_broken_chain_of_refresh_tokens_is_named(
    run: Any, index: int, token: StoredToken | None, fault: Fault
) -> None:
    run.stored.tokens[index : index + 1] = [token] if token else []
    findings = check(run.records, run.stored)
    assert fault in {finding.fault for finding in findings}
    assert {finding.thing for finding in findings} == {"session of client ada"}


def test_a_token_exchanged_for_two_is_named(run: Any) -> None:
    run.stored.tokens.append(StoredToken("t9", "t0", used=False, revoked=False))
    (finding,) = check(run.records, run.stored)
    assert (finding.fault, finding.records) == (Fault.DUPLICATED, (run.of("refresh").n,))


@pytest.mark.parametrize(
    ("found", "fault"),
    [((0, 0), Fault.LOST), ((1, 0), Fault.LOST), ((1, 2), Fault.DUPLICATED)],
)
def test_a_registration_leaves_one_account_and_one_event(
    run: Any, found: tuple[int, int], fault: Fault
) -> None:
    run.stored.accounts["eve@example.com"] = found
    findings = check(run.records, run.stored)
    assert {finding.fault for finding in findings} == {fault}
    assert findings[0].thing == "account eve@example.com"


def test_what_breaks_a_rule_of_the_whole_ledger_is_passed_on(run: Any) -> None:
    run.stored.violations.append(("ledger in EUR", "sums to 1"))
    (finding,) = check(run.records, run.stored)
    assert finding.fault is Fault.UNBALANCED
    assert "sums to 1" in str(finding)
