"""Lists go page by page, newest first, each entry once."""

from __future__ import annotations

from typing import Any

import pytest


async def walk(payer: Any, path: str, **params: Any) -> list[dict[str, Any]]:
    """All entries of a list, following its cursors."""
    found: list[dict[str, Any]] = []
    while True:
        page = (await payer.get(path, **params)).json()
        found += page["data"]
        assert page["has_more"] is (page["next_cursor"] is not None)
        if not page["has_more"]:
            return found
        params["cursor"] = page["next_cursor"]


async def test_pages_give_each_intent_once_newest_first(payer: Any) -> None:
    made = [(await payer.intent())["id"] for _ in range(5)]
    found = await walk(payer, "/v1/payment_intents", limit=2)
    assert [intent["id"] for intent in found] == made[::-1]


async def test_an_intent_made_meanwhile_does_not_shift_the_pages(payer: Any) -> None:
    made = [(await payer.intent())["id"] for _ in range(4)]
    first = (await payer.get("/v1/payment_intents", limit=2)).json()
    await payer.intent()
    second = await payer.get("/v1/payment_intents", limit=2, cursor=first["next_cursor"])
    ids = [intent["id"] for intent in first["data"] + second.json()["data"]]
    assert ids == made[::-1]


async def test_filters_narrow_by_customer_and_status(payer: Any, other: Any, staff: Any) -> None:
    paid, opened = await payer.paid(), (await payer.intent())["id"]
    theirs = (await other.intent())["id"]

    async def listed(caller: Any, **params: Any) -> list[str]:
        return [i["id"] for i in await walk(caller, "/v1/payment_intents", limit=1, **params)]

    assert await listed(payer, status="succeeded") == [paid]
    assert await listed(staff, customer=await payer.customer()) == [opened, paid]
    assert await listed(staff, status="requires_confirmation") == [theirs, opened]
    assert await listed(staff, status="canceled") == []


async def test_movements_of_the_ledger_are_paged_too(payer: Any) -> None:
    paid = [await payer.paid() for _ in range(3)]
    found = await walk(payer, "/v1/ledger/transactions", limit=2)
    assert [movement["payment_intent"] for movement in found] == paid[::-1]
    assert all(len(movement["entries"]) == 2 for movement in found)


@pytest.mark.parametrize("method", ["OPTIONS", "PATCH"])
async def test_a_path_s_methods_are_all_named_when_another_is_used(payer: Any, method: str) -> None:
    reply = await payer.client.request(method, "/v1/payment_intents")
    assert (reply.status_code, reply.headers["Allow"]) == (405, "GET, POST")
