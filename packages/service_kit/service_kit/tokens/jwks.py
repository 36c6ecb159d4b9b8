"""The issuer's published keys, cached (RFC 7517)."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import structlog

from service_kit.problems import UpstreamUnavailable

_log = structlog.get_logger(__name__)

_MAX_AGE = re.compile(r"max-age=(\d{1,6})")
_DEFAULT_AGE = 300.0
_LONGEST_STALE = 3600.0
_BETWEEN_MISSES = 2.0
_TIMEOUT = 3.0


class JwksClient:
    """Fetches keys when they are needed: once at a time, again when an unknown one is asked for.

    Args:
        url: where the issuer publishes them.
        transport: by default the network; tests give another.
        clock: monotonic seconds; the event loop's by default.
    """

    def __init__(
        self,
        url: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._url = url
        self._transport = transport
        self._clock = clock
        self._keys: dict[str, Mapping[str, Any]] = {}
        self._fetched = self._tried = float("-inf")
        self._age = _DEFAULT_AGE
        self._lock = asyncio.Lock()

    async def key(self, kid: str) -> Mapping[str, Any] | None:
        """The key of that id; None when the issuer has none.

        Raises:
            UpstreamUnavailable: the issuer does not answer and no key is at hand.
        """
        now = (self._clock or asyncio.get_running_loop().time)()
        fresh = now < self._fetched + self._age
        if kid in self._keys and fresh:
            return self._keys[kid]
        async with self._lock:
            known = kid in self._keys and now < self._fetched + self._age
            if not known and now >= self._tried + _BETWEEN_MISSES:
                self._tried = now
                await self._fetch(now)
        if now > self._fetched + self._age + _LONGEST_STALE:
            raise UpstreamUnavailable("The keys of the token issuer cannot be fetched.")
        return self._keys.get(kid)

    async def _fetch(self, now: float) -> None:
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT, transport=self._transport) as client:
                reply = await client.get(self._url)
            reply.raise_for_status()
            keys = _by_id(reply.json()["keys"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            _log.warning("jwks_not_fetched", url=self._url, error=str(error))
            return
        self._keys, self._fetched = keys, now
        age = _MAX_AGE.search(reply.headers.get("cache-control", ""))
        self._age = float(age[1]) if age else _DEFAULT_AGE


def _by_id(keys: list[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The keys by their id; an id that several have names none of them."""
    times = Counter(key["kid"] for key in keys)
    return {key["kid"]: key for key in keys if times[key["kid"]] == 1}
