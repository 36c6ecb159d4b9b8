"""Calls to other services carry our token and what the request brought."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from service_kit import Problem, ServiceClient, UpstreamUnavailable


class Other:
    """The token issuer and the other service."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.tokens = 0
        self.reply: Any = lambda _request: httpx.Response(200, json={"ok": True})
        self.token: Any = lambda: {"access_token": f"t{self.tokens}", "expires_in": 300}

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            self.tokens += 1
            return httpx.Response(200, json=self.token())
        self.requests.append(request)
        reply: httpx.Response = self.reply(request)
        return reply


@pytest.fixture
def other() -> Other:
    return Other()


@pytest.fixture
async def client(other: Other, monkeypatch: Any) -> AsyncIterator[ServiceClient]:
    monkeypatch.setenv("PARCELS_URL", "http://parcels.example")
    monkeypatch.setenv("ORDERS_CLIENT_SECRET", "s3cret")
    monkeypatch.setenv("ISSUER", "http://auth.example")
    made = ServiceClient("parcels", own="orders", transport=httpx.MockTransport(other.answer))
    yield made
    await made.close()


async def test_a_token_is_fetched_once_and_sent(client: ServiceClient, other: Other) -> None:
    for _ in range(3):
        await client.get("/v1/parcels", acting_user=UUID(int=5))
    assert other.tokens == 1
    assert other.requests[0].headers["authorization"] == "Bearer t1"
    assert other.requests[0].headers["acting-user"] == str(UUID(int=5))


async def test_a_refused_token_is_replaced_once(client: ServiceClient, other: Other) -> None:
    other.reply = lambda _request: httpx.Response(401)
    with pytest.raises(UpstreamUnavailable):
        await client.get("/v1/parcels")
    assert (other.tokens, len(other.requests)) == (2, 2)


async def test_a_refusal_is_passed_on(client: ServiceClient, other: Other) -> None:
    body = {"code": "parcel_missing", "title": "No parcel", "detail": "It is not there."}
    other.reply = lambda _request: httpx.Response(404, json=body)
    with pytest.raises(Problem) as caught:
        await client.get("/v1/parcels/1")
    assert (caught.value.status, caught.value.code) == (404, "parcel_missing")


@pytest.mark.parametrize("status", [403, 500, 503, 302])
async def test_other_failures_are_the_upstream_s(
    client: ServiceClient, other: Other, status: int
) -> None:
    other.reply = lambda _request: httpx.Response(status)
    with pytest.raises(UpstreamUnavailable):
        await client.get("/v1/parcels")


@pytest.mark.parametrize("content", [b"<html>", b"\xff"])
async def test_a_success_that_is_no_json_is_the_upstream_s_failure(
    client: ServiceClient, other: Other, content: bytes
) -> None:
    other.reply = lambda _request: httpx.Response(200, content=content)
    with pytest.raises(UpstreamUnavailable):
        await client.get("/v1/parcels")


@pytest.mark.parametrize("token", [{}, [], {"access_token": "x", "expires_in": "soon"}])
async def test_an_answer_without_a_token_is_the_issuer_s_failure(
    client: ServiceClient, other: Other, token: Any
) -> None:
    other.token = lambda: token
    with pytest.raises(UpstreamUnavailable):
        await client.get("/v1/parcels")


@pytest.mark.parametrize("body", [[], "x", {"code": 7}])
async def test_a_refusal_without_a_problem_is_passed_on_all_the_same(
    client: ServiceClient, other: Other, body: Any
) -> None:
    other.reply = lambda _request: httpx.Response(409, json=body)
    with pytest.raises(Problem) as caught:
        await client.get("/v1/parcels")
    assert caught.value.status in {409, 502}


async def test_no_answer_is_told(client: ServiceClient, other: Other) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("late", request=request)

    other.reply = fail
    with pytest.raises(UpstreamUnavailable):
        await client.get("/v1/parcels")
