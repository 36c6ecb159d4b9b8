"""A user has one customer."""

from __future__ import annotations

from typing import Any
from uuid import uuid4


async def test_the_second_request_gives_the_first_customer(payer: Any) -> None:
    first, again = await payer.post("/v1/customers"), await payer.post("/v1/customers")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    read = await payer.get(f"/v1/customers/{first.json()['id']}")
    assert (read.status_code, read.json()) == (200, first.json())


async def test_times_are_rfc_3339_in_utc(payer: Any) -> None:
    customer = (await payer.post("/v1/customers")).json()
    assert customer["created_at"] == "2031-05-04T12:00:00Z"


async def test_an_unknown_customer_is_not_found(payer: Any) -> None:
    reply = await payer.get(f"/v1/customers/{uuid4()}")
    assert (reply.status_code, reply.json()["code"]) == (404, "customer_not_found")
