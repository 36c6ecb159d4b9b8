"""An intent is told the same whichever way it is read."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "method", ["pm_fake_ok", "pm_fake_declined", "pm_fake_requires_action", None]
)
async def test_a_list_shows_what_the_single_intent_shows(payer: Any, method: str | None) -> None:
    intent = await payer.intent(method, description="Größe €\n", metadata={"a": "ü"})
    await payer.step(intent["id"], "confirm")
    reply = await payer.get(f"/v1/payment_intents/{intent['id']}")
    listed = (await payer.get("/v1/payment_intents")).json()
    assert listed == {"data": [reply.json()], "has_more": False, "next_cursor": None}


async def test_an_intent_made_at_once_is_told_as_it_is_stored(payer: Any) -> None:
    wish = {
        "customer": await payer.customer(),
        "amount": 5,
        "currency": "JPY",
        "metadata": {"k": "v"},
    }
    made = await payer.post("/v1/payment_intents", wish)
    read = await payer.get(f"/v1/payment_intents/{made.json()['id']}")
    assert made.content == read.content
