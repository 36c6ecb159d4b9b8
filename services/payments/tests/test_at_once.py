"""A step in one statement does what the ordinary way does, and leaves to it what it cannot tell."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from payments_service import cashier as cashier_module
from payments_service.cashier import Cashier
from payments_service.provider.port import Operation, OperationKind, Outcome
from payments_service.settings import Settings

IDS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TABLES = {
    "payment_intents": "",
    "payment_attempts": "",
    "captures": "",
    "refunds": "",
    "ledger_transactions": "",
    "ledger_entries": "",
    "outbox": "- 'position'",
    "webhook_deliveries": "|| jsonb_build_object('body', convert_from(body, 'UTF8'))",
    "idempotency_keys": (
        "- 'key' - 'fingerprint' - 'reply_body'"
        " || jsonb_build_object('body', convert_from(reply_body, 'UTF8'))"
    ),
}


@pytest.fixture
def settings(environment: Any) -> Settings:
    """Nothing happens but what a test asks for."""
    return Settings(payments_reconcile_interval=3600, payments_webhook_interval=3600)


@pytest.fixture
def records(cashier: Cashier, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Of each answer that is recorded in the ordinary way."""
    seen: list[Any] = []
    ordinary = cashier.record

    async def record(attempt_id: Any, outcome: Any) -> Any:
        seen.append(attempt_id)
        return await ordinary(attempt_id, outcome)

    monkeypatch.setattr(cashier, "record", record)
    return seen


async def none_at_once(_database: Any, _step: Any) -> None:
    return None


async def stored(rows: Any) -> dict[str, list[Any]]:
    """All rows in the order of their ids, which say nothing else."""
    return {
        table: [
            json.loads(IDS.sub("id", row["told"]))
            for row in await rows(
                f"SELECT (to_jsonb(one) {shown})::text AS told FROM payments.{table} AS one"
                " ORDER BY id"
            )
        ]
        for table, shown in TABLES.items()
    }


async def story(payer: Any, method: str) -> list[Any]:
    """A payment from the wish to the last refund; what its requests were answered."""
    intent = (await payer.intent(None if method == "late" else method, metadata={"k": "ü"}))["id"]
    late = {"payment_method": "pm_fake_ok"} if method == "late" else None
    replies = [
        await payer.step(intent, "confirm", late),
        await payer.step(intent, "confirm"),
        await payer.step(intent, "capture", {"amount": 700}),
        await payer.post("/v1/refunds", {"payment_intent": intent, "amount": 300}),
        await payer.post("/v1/refunds", {"payment_intent": intent, "amount": 500}),
        await payer.post("/v1/refunds", {"payment_intent": intent, "reason": "duplicate"}),
    ]
    return [
        (one.status_code, json.loads(IDS.sub("id", one.text)) | {"request_id": 0})
        for one in replies
    ]


@pytest.mark.parametrize(
    "method",
    [
        "pm_fake_ok",
        "late",
        "pm_fake_declined",
        "pm_fake_requires_action",
        "pm_fake_capture_declined",
        "pm_fake_refund_declined",
    ],
)
async def test_both_ways_leave_the_same_rows_and_reply_the_same(
    payer: Any, rows: Any, records: list[Any], monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    body = {"url": "https://example.com/hook", "events": ["payment.captured", "payment.refunded"]}
    assert (await payer.post("/v1/webhook_endpoints", body)).status_code == 201
    at_once = await story(payer, method)
    assert records == []
    first = await stored(rows)
    monkeypatch.setattr(cashier_module, "begin_at_once", none_at_once)
    assert at_once == await story(payer, method)
    assert records != []
    both = await stored(rows)
    for table, told in first.items():
        assert both[table] == told + told, table


async def test_a_payment_that_changed_meanwhile_is_settled_on_what_it_is(
    payer: Any, cashier: Cashier, records: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    intent = await payer.paid()
    execute = cashier.provider.execute

    async def refund_another(operation: Operation) -> Outcome:
        monkeypatch.undo()
        assert operation.kind is OperationKind.REFUND
        other = await payer.post("/v1/refunds", {"payment_intent": intent, "amount": 100})
        assert other.json()["status"] == "succeeded"
        return await execute(operation)

    monkeypatch.setattr(cashier.provider, "execute", refund_another)
    reply = await payer.post("/v1/refunds", {"payment_intent": intent, "amount": 300})
    assert reply.json()["status"] == "succeeded"
    assert (await payer.state(intent))["amount_refunded"] == 400


async def test_an_answer_written_down_by_another_process_counts(
    payer: Any, cashier: Cashier, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent = await payer.authorized()
    execute = cashier.provider.execute

    async def settled_before(operation: Operation) -> Outcome:
        outcome = await execute(operation)
        await cashier.record(operation.idempotency_key, outcome)
        return outcome

    monkeypatch.setattr(cashier.provider, "execute", settled_before)
    reply = await payer.step(intent, "capture")
    assert (reply.status_code, reply.json()["status"]) == (200, "succeeded")
    assert len(await rows("SELECT FROM payments.ledger_transactions")) == 1


async def test_many_endpoints_are_all_told(payer: Any, rows: Any) -> None:
    for number in range(12):
        body = {"url": f"https://example.com/{number}", "events": ["payment.authorized"]}
        assert (await payer.post("/v1/webhook_endpoints", body)).status_code == 201
    await payer.authorized()
    assert len(await rows("SELECT FROM payments.webhook_deliveries")) == 12
    assert len(await rows("SELECT FROM payments.outbox WHERE type = 'payment.authorized'")) == 1
