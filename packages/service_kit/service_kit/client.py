"""Calling another service's API, with this service's own token."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx

from service_kit.addresses import service_url
from service_kit.environment import variable
from service_kit.middleware import current_headers
from service_kit.problems import Problem, UpstreamUnavailable, foreign_problem
from service_kit.settings import ServiceSettings

_TIMEOUT = httpx.Timeout(10.0, connect=2.0)
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=2.0)
"""A server closes an idle connection after five seconds: a request sent just then would be lost."""
_EARLY = 30.0
_PASSED_ON = (400, 404, 409, 422, 429)


class ServiceClient:
    """A client of one other service.

    Its address is the variable ``<NAME>_URL``, by default the loopback address with the declared
    port. It logs in with the client credentials grant (RFC 6749, 4.4): the client id is the own
    service's name, the secret the variable ``<OWN>_CLIENT_SECRET``.

    Args:
        name: the other service.
        own: this service.
        transport: by default the network; tests give another.
    """

    def __init__(
        self, name: str, *, own: str, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._name = name
        self._own = own
        self._token = ""
        self._renew_at = 0.0
        self._lock = asyncio.Lock()
        self._http = httpx.AsyncClient(
            base_url=service_url(name), timeout=_TIMEOUT, limits=_LIMITS, transport=transport
        )

    async def get(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        acting_user: UUID | None = None,
    ) -> Any:
        """GET a resource and return its JSON.

        Args:
            path: from the root.
            params: the query.
            acting_user: on whose behalf; the other service records it.

        Raises:
            Problem: what the other service refused, when the caller can do something about it.
            UpstreamUnavailable: it did not answer, or not as its document says.
        """
        return await self._request("GET", path, params=params, acting_user=acting_user)

    async def post(
        self,
        path: str,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        acting_user: UUID | None = None,
    ) -> Any:
        """POST a body and return the reply's JSON; raises as ``get``."""
        return await self._request(
            "POST", path, json=json, headers=headers, acting_user=acting_user
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _request(
        self,
        method: str,
        path: str,
        *,
        acting_user: UUID | None,
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> Any:
        given = {**current_headers(), **(headers or {})}
        if acting_user is not None:
            given["Acting-User"] = str(acting_user)
        for again in (False, True):
            given["Authorization"] = f"Bearer {await self._access_token(renew=again)}"
            reply = await self._send(method, path, headers=given, **content)
            if reply.status_code != 401:
                break
        return _content(self._name, reply)

    async def _access_token(self, *, renew: bool) -> str:
        now = asyncio.get_running_loop().time()
        async with self._lock:
            if self._token and now < self._renew_at and not renew:
                return self._token
            reply = await self._send(
                "POST",
                f"{ServiceSettings().issuer}/oauth/token",
                data={"grant_type": "client_credentials"},
                auth=(self._own, variable(f"{self._own.upper()}_CLIENT_SECRET")),
            )
            if reply.status_code != 200:
                raise UpstreamUnavailable("The token issuer gives this service no token.")
            try:
                answer = reply.json()
                self._token = str(answer["access_token"])
                lifetime = float(answer.get("expires_in", 60))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise UpstreamUnavailable("The token issuer's answer holds no token.") from error
            self._renew_at = now + max(lifetime - _EARLY, 1.0)
            return self._token

    async def _send(self, method: str, url: str, **content: Any) -> httpx.Response:
        try:
            return await self._http.request(method, url, **content)
        except httpx.HTTPError as error:
            raise UpstreamUnavailable(f"{self._name} does not answer.") from error


def _content(name: str, reply: httpx.Response) -> Any:
    if reply.is_success:
        try:
            return reply.json() if reply.content else None
        except ValueError as error:
            raise UpstreamUnavailable(f"{name} answered with what is not JSON.") from error
    if reply.status_code in _PASSED_ON:
        raise _problem_of(reply)
    raise UpstreamUnavailable(f"{name} answered with status {reply.status_code}.")


def _problem_of(reply: httpx.Response) -> Problem:
    """The problem that the other service told of, to be passed on."""
    try:
        body = dict(reply.json())
    except (ValueError, TypeError):
        body = {}
    return foreign_problem(
        reply.status_code,
        str(body.get("code", "upstream_refused")),
        str(body.get("title", "Refused")),
        str(body.get("detail", "")) or None,
    )
