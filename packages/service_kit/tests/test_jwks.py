"""The issuer's keys: cached, refetched within bounds, kept for a while when it is down."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from service_kit import UpstreamUnavailable
from service_kit.tokens.jwks import JwksClient


class Issuer:
    """Answers with keys, or is down."""

    def __init__(self) -> None:
        self.kids = ["one"]
        self.calls = 0
        self.down = False
        self.now = 1000.0
        self.body: Any = None

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        await asyncio.sleep(0)
        if self.down:
            raise httpx.ConnectError("down", request=request)
        body = self.body or {"keys": [{"kid": kid} for kid in self.kids]}
        return httpx.Response(200, json=body, headers={"Cache-Control": "public, max-age=60"})


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def keys(issuer: Issuer) -> JwksClient:
    return JwksClient(
        "http://auth/jwks", transport=httpx.MockTransport(issuer.answer), clock=lambda: issuer.now
    )


async def test_keys_are_fetched_once_for_many(keys: JwksClient, issuer: Issuer) -> None:
    found = await asyncio.gather(*(keys.key("one") for _ in range(50)))
    assert all(found)
    assert issuer.calls == 1


async def test_an_unknown_key_is_asked_for_again_within_bounds(
    keys: JwksClient, issuer: Issuer
) -> None:
    await keys.key("one")
    for _ in range(20):
        assert await keys.key("two") is None
    assert issuer.calls <= 2
    issuer.now += 10
    issuer.kids.append("two")
    assert await keys.key("two")


async def test_keys_are_refreshed_after_max_age(keys: JwksClient, issuer: Issuer) -> None:
    await keys.key("one")
    issuer.kids, issuer.now = ["two"], issuer.now + 61
    assert await keys.key("one") is None


async def test_old_keys_serve_while_the_issuer_is_down(keys: JwksClient, issuer: Issuer) -> None:
    await keys.key("one")
    issuer.down, issuer.now = True, issuer.now + 61
    assert await keys.key("one")
    issuer.now += 24 * 3600
    with pytest.raises(UpstreamUnavailable):
        await keys.key("one")


async def test_without_any_key_the_issuer_is_to_blame(keys: JwksClient, issuer: Issuer) -> None:
    issuer.down = True
    with pytest.raises(UpstreamUnavailable):
        await keys.key("one")


async def test_two_keys_of_one_id_count_as_none(keys: JwksClient, issuer: Issuer) -> None:
    issuer.body = {"keys": [{"kid": "one", "a": 1}, {"kid": "one", "a": 2}, {"kid": "two"}]}
    assert await keys.key("one") is None
    assert await keys.key("two")


@pytest.mark.parametrize("body", [[1], {"keys": 7}, {"keys": [7]}, {"keys": [{"kid": []}]}])
async def test_an_answer_that_is_no_key_set_is_no_defect_of_ours(
    keys: JwksClient, issuer: Issuer, body: Any
) -> None:
    issuer.body = body
    with pytest.raises(UpstreamUnavailable):
        await keys.key("one")
