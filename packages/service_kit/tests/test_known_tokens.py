"""A token that was verified is remembered, but never longer than it counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from service_kit import InvalidToken, TokenVerifier
from service_kit.tokens import verifier as module

ISSUER = "http://127.0.0.1:8001"


class CountingKeys:
    """Gives the issuer's keys and counts how often it is asked."""

    def __init__(self, keys: Any) -> None:
        self._keys = keys
        self.asked = 0
        self.withdrawn = False

    async def key(self, kid: str) -> Mapping[str, Any] | None:
        self.asked += 1
        found: Mapping[str, Any] | None = None if self.withdrawn else await self._keys.key(kid)
        return found


@pytest.fixture
def keys(token_issuer: Any) -> CountingKeys:
    return CountingKeys(token_issuer.keys)


@pytest.fixture
def times() -> list[float]:
    """How many seconds later it is."""
    return [0.0]


@pytest.fixture
def verifier(keys: CountingKeys, times: list[float]) -> TokenVerifier:
    from service_kit import utc_now

    return TokenVerifier(ISSUER, "orders", keys, now=lambda: utc_now().timestamp() + times[0])


async def test_it_is_verified_once(verifier: Any, keys: Any, token_issuer: Any) -> None:
    token = token_issuer.user(uuid4(), aud=["orders"])
    assert await verifier.verify(token) == await verifier.verify(token)
    assert keys.asked == 1


async def test_it_expires_all_the_same(verifier: Any, times: Any, token_issuer: Any) -> None:
    token = token_issuer.user(uuid4(), aud=["orders"])
    await verifier.verify(token)
    times[0] = 3600.0
    with pytest.raises(InvalidToken):
        await verifier.verify(token)


async def test_a_key_that_counts_no_more_is_noticed(
    verifier: Any, keys: Any, times: Any, token_issuer: Any
) -> None:
    token = token_issuer.user(uuid4(), aud=["orders"])
    await verifier.verify(token)
    keys.withdrawn = True
    times[0] = 61.0
    with pytest.raises(InvalidToken):
        await verifier.verify(token)


async def test_what_is_refused_is_not_remembered(verifier: Any, keys: Any) -> None:
    for _ in range(2):
        with pytest.raises(InvalidToken):
            await verifier.verify("a.b.c")
    assert not verifier._known


async def test_only_so_many_are_remembered(
    verifier: Any, token_issuer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_KNOWN", 2)
    for _ in range(3):
        await verifier.verify(token_issuer.user(uuid4(), aud=["orders"]))
    assert len(verifier._known) == 2
