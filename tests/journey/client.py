"""An API client: it knows where the services answer and what it expects of a reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from service_kit import service_url
from shared_db import discover


class JourneyError(Exception):
    """The journey cannot go on; the message says where it stopped and what to do."""


class NotRunning(JourneyError):
    """A service does not answer."""

    def __init__(self, service: str, address: str) -> None:
        super().__init__(
            f"The {service} service does not answer at {address}: start the services with "
            "`make up` and try again."
        )


class UnexpectedReply(JourneyError):
    """A service answered otherwise than its contract says."""

    def __init__(self, reply: httpx.Response, *expected: int) -> None:
        request = reply.request
        super().__init__(
            f"{request.method} {request.url.path} answered {reply.status_code} instead of "
            f"{' or '.join(map(str, expected))}: {reply.text[:500]}"
        )
        self.reply = reply


def addresses() -> dict[str, str]:
    """Where each installed service answers: ``<NAME>_URL``, else its port on this machine."""
    return {name: service_url(name) for name in discover()}


@dataclass
class Client:
    """One user's client.

    Args:
        http: does the requests; a test may bring a transport of its own.
        urls: base address by name of the service.
        token: the access token sent along, if the user has logged in.
    """

    http: httpx.Client
    urls: Mapping[str, str] = field(default_factory=addresses)
    token: str | None = None

    def send(
        self,
        method: str,
        service: str,
        path: str,
        *,
        expect: int | tuple[int, ...] = 200,
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> httpx.Response:
        """Send a request and insist on the status.

        Args:
            method: such as ``POST``.
            service: the name of the service.
            path: from the root, query included if not among ``content``.
            expect: the status that the contract promises, or several.
            headers: besides the access token.
            content: ``json``, ``data`` or ``params``, as httpx takes them.

        Raises:
            NotRunning: nothing answers there.
            UnexpectedReply: the status is another one.
        """
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        url = self.urls[service]
        try:
            reply = self.http.request(
                method, url + path, headers={**own, **(headers or {})}, **content
            )
        except httpx.TransportError as error:
            raise NotRunning(service, url) from error
        expected = (expect,) if isinstance(expect, int) else expect
        if reply.status_code not in expected:
            raise UnexpectedReply(reply, *expected)
        return reply

    def check_running(self) -> None:
        """Ask every service whether it is ready.

        Raises:
            NotRunning: one does not answer.
            UnexpectedReply: one is not ready.
        """
        for service in self.urls:
            self.send("GET", service, "/readyz")
