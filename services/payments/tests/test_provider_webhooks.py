"""Webhooks of the provider: signed, written down once, harmless in any number and order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from payments_service.cashier import Cashier
from payments_service.provider.fake import FakeProvider
from payments_service.reconciliation import reconcile
from payments_service.settings import Settings
from standardwebhooks.webhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PATH = "/v1/provider/webhooks"


@pytest.fixture
def settings(environment: Any) -> Settings:
    return Settings(
        payments_reconcile_interval=3600,
        payments_webhook_interval=3600,
        payments_provider_webhook_secret=SECRET,
    )


@pytest.fixture
def provider(cashier: Cashier) -> FakeProvider:
    assert isinstance(cashier.provider, FakeProvider)
    return cashier.provider


@pytest.fixture
async def attempt_id(payer: Any, rows: Any) -> Any:
    """An attempt whose answer was lost."""
    await payer.step((await payer.intent("pm_fake_timeout"))["id"], "confirm")
    (attempt,) = await rows("SELECT id FROM payments.payment_attempts")
    return attempt["id"]


async def test_a_webhook_has_its_attempt_asked_again_at_once(
    client: Any, provider: FakeProvider, cashier: Cashier, attempt_id: Any, rows: Any
) -> None:
    assert await reconcile(cashier, limit=10) == 0
    headers, body = provider.webhook(attempt_id)
    for _ in range(3):
        assert (await client.post(PATH, content=body, headers=headers)).status_code == 204
    assert len(await rows("SELECT 1 FROM payments.provider_events")) == 1
    assert await reconcile(cashier, limit=10) == 1
    assert (await client.post(PATH, content=body, headers=headers)).status_code == 204
    assert await reconcile(cashier, limit=10) == 0
    (attempt,) = await rows("SELECT status FROM payments.payment_attempts")
    assert attempt["status"] == "succeeded"


async def test_a_webhook_that_was_changed_is_old_or_unsigned_is_refused(
    client: Any, provider: FakeProvider, clock: Any, attempt_id: Any, rows: Any
) -> None:
    headers, body = provider.webhook(attempt_id)
    other = {**headers, "webhook-id": "msg_other"}
    unsigned = {k: v for k, v in headers.items() if k != "webhook-signature"}
    for given, content in [(headers, body + b" "), (other, body), (unsigned, body), ({}, body)]:
        reply = await client.post(PATH, content=content, headers=given)
        assert (reply.status_code, reply.json()["code"]) == (400, "webhook_refused")
    for turn in (timedelta(minutes=6), timedelta(minutes=-12)):
        clock.turn(turn)
        assert (await client.post(PATH, content=body, headers=headers)).status_code == 400
    assert await rows("SELECT 1 FROM payments.provider_events") == []


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook-id": "a", "webhook-timestamp": "nan", "webhook-signature": "v1,x"},
        {"webhook-id": "a", "webhook-timestamp": "9" * 400, "webhook-signature": "v1,x"},
        {"webhook-id": "a" * 300, "webhook-timestamp": "1", "webhook-signature": "v1,x"},
        {"webhook-id": "a", "webhook-timestamp": "1936000000", "webhook-signature": ""},
    ],
)
async def test_hostile_headers_are_refused(client: Any, headers: dict[str, str]) -> None:
    assert (await client.post(PATH, content=b"\xff", headers=headers)).status_code == 400


async def test_the_signature_counts_for_an_independent_verifier(
    client: Any, provider: FakeProvider, clock: Any, attempt_id: Any
) -> None:
    headers, body = provider.webhook(attempt_id)
    signature = Webhook(SECRET).sign(headers["webhook-id"], clock(), body.decode())
    assert headers["webhook-signature"] == signature


@pytest.mark.parametrize(
    "method", ["pm_fake_webhook_found", "pm_fake_webhook_duplicated", "pm_fake_webhook_reordered"]
)
async def test_webhooks_of_the_sandbox_lead_to_one_capture(
    payer: Any, cashier: Cashier, rows: Any, method: str
) -> None:
    intent_id = (await payer.intent(method))["id"]
    await payer.step(intent_id, "confirm")
    await reconcile(cashier, limit=10)
    assert (await payer.step(intent_id, "capture")).json()["status"] == "succeeded"
    await reconcile(cashier, limit=10)
    assert len(await rows("SELECT 1 FROM payments.captures")) == 1
    assert await rows("SELECT 1 FROM payments.provider_events") != []


async def test_without_a_secret_no_webhook_is_accepted(client: Any, cashier: Cashier) -> None:
    provider = FakeProvider(cashier.database, cashier.clock)
    cashier.provider = provider
    assert (await client.post(PATH, content=b"{}")).status_code == 400
