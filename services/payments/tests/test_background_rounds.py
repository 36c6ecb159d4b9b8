"""The running application reconciles by itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from payments_service.cashier import Cashier
from payments_service.provider.port import Outcome
from payments_service.replies import Reply
from payments_service.settings import Settings


@pytest.fixture
def settings(environment: Any) -> Settings:
    return Settings(payments_reconcile_interval=0.01)


async def test_a_lost_answer_is_found_without_being_asked_for(
    payer: Any, cashier: Cashier, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, record = asyncio.Event(), cashier.record

    async def noted(attempt_id: UUID, outcome: Outcome | None) -> Reply:
        reply = await record(attempt_id, outcome)
        if outcome is not None:
            found.set()
        return reply

    monkeypatch.setattr(cashier, "record", noted)
    intent_id = (await payer.intent("pm_fake_timeout"))["id"]
    assert (await payer.step(intent_id, "confirm")).json()["status"] == "processing"
    clock.turn(timedelta(minutes=5))
    await asyncio.wait_for(found.wait(), timeout=20)
    assert (await payer.state(intent_id))["status"] == "requires_capture"
