"""HTTP/1.1 messages: requests as bytes, replies as values (RFC 9112)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back.

    Args:
        status: the status code; 0 when no reply came.
        body: the content.
        failure: why no reply came.
    """

    status: int
    body: bytes = b""
    failure: str = ""

    def json(self) -> Any:
        """The content as JSON.

        Raises:
            ValueError: it is none.
        """
        return orjson.loads(self.body)


Answer = Callable[[Reply], None]
"""Gets the reply, once."""


def request(
    method: str,
    path: str,
    host: str,
    *,
    token: str = "",
    key: str = "",
    body: bytes | None = None,
    content_type: str = JSON,
) -> bytes:
    """A request, ready to be written to a connection.

    Args:
        method: such as ``POST``.
        path: from the root, with its query.
        host: host and port of the service.
        token: the access token, if the user has one.
        key: the ``Idempotency-Key``, if the request moves money.
        body: the content.
        content_type: of the content.
    """
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n"
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    if key:
        head += f"Idempotency-Key: {key}\r\n"
    if body is None:
        return f"{head}\r\n".encode("ascii")
    head += f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode("ascii") + body
