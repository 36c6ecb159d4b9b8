"""A receiver that is silent holds up its own deliveries and nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from payments_service.cashier import Cashier
from payments_service.settings import Settings
from payments_service.webhooks.deliverer import Deliverer
from payments_service.webhooks.sender import WebhookSender
from webhook_receiver import receiving

LANES = 2
EVENTS = 12


@pytest.fixture
def settings(environment: Any) -> Settings:
    return Settings(
        payments_reconcile_interval=3600,
        payments_webhook_interval=3600,
        payments_webhook_private=True,
    )


@pytest.fixture
async def deliverer(app: Any, client: Any, cashier: Cashier) -> AsyncIterator[Deliverer]:
    made = Deliverer(
        cashier.database,
        WebhookSender(timeout=2, private=True),
        app.state.webhook_seal,
        cashier.clock,
        interval=0.05,
        batch=4,
        per_endpoint=LANES,
    )
    yield made
    await made.stop()


async def test_a_silent_receiver_does_not_hold_up_the_others(
    payer: Any, deliverer: Deliverer
) -> None:
    async with receiving() as silent, receiving() as quick:
        silent.silent = True
        for one in (silent, quick):
            wish = {"url": one.url, "events": ["payment.canceled"]}
            assert (await payer.post("/v1/webhook_endpoints", wish)).status_code == 201
        for _ in range(EVENTS):
            await payer.step((await payer.intent())["id"], "cancel")
        deliverer.start()
        async with asyncio.timeout(30):
            while len(quick.got) < EVENTS:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            await deliverer.stop()
        assert len(quick.got) == EVENTS
        assert silent.most_at_once <= LANES


async def test_what_waits_is_sent_by_the_same_round(payer: Any, deliverer: Deliverer) -> None:
    async with receiving() as quick:
        wish = {"url": quick.url, "events": ["payment.canceled"]}
        await payer.post("/v1/webhook_endpoints", wish)
        for _ in range(EVENTS):
            await payer.step((await payer.intent())["id"], "cancel")
        async with asyncio.timeout(30):
            while len(quick.got) < EVENTS:
                await deliverer.round()
        await deliverer.settle()
        assert quick.most_at_once <= LANES
