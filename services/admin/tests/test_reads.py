"""What administrators read of other services, and what the audit keeps of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

USER = {
    "id": str(UUID(int=1)),
    "email": "ada@example.com",
    "status": "active",
    "created_at": "2026-01-02T03:04:05Z",
}
PAYMENT = {
    "id": str(UUID(int=2)),
    "customer": str(UUID(int=3)),
    "amount": 100,
    "amount_captured": 100,
    "amount_refunded": 20,
    "currency": "EUR",
    "status": "succeeded",
    "created_at": "2026-01-02T03:04:05Z",
    "updated_at": "2026-01-02T03:04:05Z",
}
USERS, PAYMENTS, AUDIT = "/v1/admin/users", "/v1/admin/payments", "/v1/admin/audit"
AT_USERS, AT_PAYMENTS = "auth/v1/users", "payments/v1/payment_intents"
Headers = dict[str, str]


async def test_a_search_is_passed_on_in_the_administrator_s_name(
    client: httpx.AsyncClient, as_admin: Headers, stand_ins: Any
) -> None:
    stand_ins.page(AT_USERS, USER | {"secret": "x"}, next_cursor="next")
    params: dict[str, Any] = {"q": "ada@", "limit": 5, "cursor": "here"}
    reply = await client.get(USERS, params=params, headers=as_admin)
    assert reply.status_code == 200
    assert reply.json() == {"data": [USER], "has_more": True, "next_cursor": "next"}
    (asked,) = stand_ins.asked
    assert dict(asked.url.params) == {"q": "ada@", "limit": "5", "cursor": "here"}
    assert asked.headers["Acting-User"] == str(UUID(int=0xAD))
    assert asked.headers["Authorization"] == "Bearer of-admin"
    assert asked.headers["x-request-id"] == reply.headers["x-request-id"]


async def test_payments_are_filtered_upstream_and_shown_without_their_owner_s_words(
    client: httpx.AsyncClient, as_admin: Headers, stand_ins: Any
) -> None:
    stand_ins.page(AT_PAYMENTS, PAYMENT | {"description": "a gift", "metadata": {"a": "b"}})
    params: dict[str, Any] = {"customer": PAYMENT["customer"], "status": "succeeded"}
    reply = await client.get(PAYMENTS, params=params, headers=as_admin)
    assert reply.json() == {"data": [PAYMENT], "has_more": False, "next_cursor": None}
    (asked,) = stand_ins.asked
    assert dict(asked.url.params) == {**params, "limit": "20"}


async def test_the_audit_keeps_ids_of_what_was_shown_and_nothing_else(
    client: httpx.AsyncClient, as_admin: Headers, stand_ins: Any
) -> None:
    stand_ins.page(AT_USERS, USER)
    stand_ins.page(AT_PAYMENTS, PAYMENT)
    await client.get(USERS, params={"q": "ada@example.com"}, headers=as_admin)
    await client.get(PAYMENTS, headers=as_admin)
    reply = await client.get(AUDIT, headers=as_admin)
    assert "ada" not in reply.text
    payments, users = reply.json()["data"]
    assert (users["action"], users["targets"]) == ("users.search", [USER["id"]])
    assert payments["action"] == "payments.list"
    assert payments["targets"] == [PAYMENT["id"], PAYMENT["customer"]]
    assert users["actor"] == payments["actor"] == str(UUID(int=0xAD))
    assert payments["previous_hash"] == users["hash"]


async def test_the_audit_is_read_in_pages_newest_first(
    client: httpx.AsyncClient, as_admin: Headers, stand_ins: Any
) -> None:
    stand_ins.page(AT_USERS)
    for _ in range(5):
        await client.get(USERS, headers=as_admin)
    positions: list[int] = []
    params: dict[str, Any] = {"limit": 2}
    for _ in range(3):
        page = (await client.get(AUDIT, params=params, headers=as_admin)).json()
        positions += [entry["position"] for entry in page["data"]]
        params["cursor"] = page["next_cursor"]
    assert positions == [5, 4, 3, 2, 1]
    assert (page["has_more"], page["next_cursor"]) == (False, None)


@pytest.mark.parametrize(
    "cursor", ["!", "bm8", "W10", "WyJhIl0", "WzBd", "Wy0xXQ", "W251bGxd", "WzFlOTld"]
)
async def test_a_cursor_that_is_not_ours_is_refused(
    client: httpx.AsyncClient, as_admin: Headers, cursor: str
) -> None:
    reply = await client.get(AUDIT, params={"cursor": cursor}, headers=as_admin)
    assert (reply.status_code, reply.json()["code"]) == (400, "invalid_cursor")


async def test_a_problem_of_the_upstream_passes_through(
    client: httpx.AsyncClient, as_admin: Headers, stand_ins: Any
) -> None:
    problem = {"type": "urn:problem:invalid_cursor", "title": "Invalid cursor", "status": 400}
    stand_ins.answers[AT_USERS] = httpx.Response(
        400,
        json=problem | {"code": "invalid_cursor", "detail": "no"},
        headers={"Content-Type": "application/problem+json"},
    )
    reply = await client.get(USERS, params={"cursor": "x"}, headers=as_admin)
    assert (reply.status_code, reply.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    "answer",
    [
        None,
        httpx.Response(500, text="oops"),
        httpx.Response(200, text="no json"),
        httpx.Response(200, json={"data": [{"id": 1}], "has_more": False}),
        httpx.Response(200, json=[]),
        httpx.Response(302, headers={"Location": "http://elsewhere/"}),
        httpx.Response(401, json={}),
    ],
)
async def test_an_upstream_that_fails_is_said_to_and_nothing_is_audited(
    client: httpx.AsyncClient, as_admin: Headers, stand_ins: Any, answer: httpx.Response | None
) -> None:
    if answer is not None:
        stand_ins.answers[AT_USERS] = answer
    reply = await client.get(USERS, headers=as_admin)
    assert reply.status_code in {502, 503}
    assert reply.json()["code"] == "upstream_unavailable"
    assert (await client.get(AUDIT, headers=as_admin)).json()["data"] == []


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "x"},
        {"customer": "x"},
        {"status": "SELECT"},
        {"status": "a\0"},
    ],
)
async def test_bad_parameters_are_refused_before_anyone_is_asked(
    client: httpx.AsyncClient, as_admin: Headers, stand_ins: Any, params: dict[str, str]
) -> None:
    reply = await client.get(PAYMENTS, params=params, headers=as_admin)
    assert reply.status_code == 422
    assert stand_ins.asked == []
