"""Sending one webhook: to the address that was checked, once, without following redirects."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx

from payments_service.errors import WebhookTargetRefused
from payments_service.webhooks.addresses import checked_address, parsed_target

_AGENT = "outgrow-webhooks/1"


class WebhookSender:
    """Sends webhooks.

    Args:
        timeout: seconds that one sending may take, from the look-up of the name to the status.
        private: whether plain http and private addresses are allowed, for development.
    """

    def __init__(self, *, timeout: float, private: bool) -> None:
        self.private = private
        self._timeout = timeout

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> int | str:
        """The status that the receiver answered with, or why there is none."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._post(url, body, headers)
        except WebhookTargetRefused as refusal:
            return str(refusal)
        except TimeoutError:
            return "The receiver did not answer in time."
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return f"The receiver cannot be reached ({type(error).__name__})."

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        parts = parsed_target(url, private=self.private)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = await checked_address(host, port, private=self.private)
        literal = f"[{address}]" if ":" in address else address
        target = parts._replace(netloc=f"{literal}:{port}").geturl()
        given = {
            **headers,
            "host": parts.netloc,
            "user-agent": _AGENT,
            "content-type": "application/json",
        }
        async with (
            httpx.AsyncClient(trust_env=False, timeout=self._timeout) as client,
            client.stream(
                "POST",
                target,
                content=body,
                headers=given,
                extensions={"sni_hostname": host},
            ) as reply,
        ):
            return reply.status_code
