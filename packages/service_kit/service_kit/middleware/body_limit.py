"""Bodies above the limit are refused before they are read whole."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_kit.problem_replies import ProblemReply
from service_kit.problems import BodyTooLarge


class BodyLimit:
    """Reads the body, at most ``limit`` bytes, and gives it to the application inside.

    The application gets the body in one message, so that a request can be repeated.

    Args:
        app: the application inside.
        limit: bytes.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        too_large = not declared.isascii() or not declared.isdigit() or len(declared) > 15
        if not too_large and int(declared) <= self._limit:
            body = await self._read(receive)
            if body is not None:
                scope["service_kit.body"] = body
                await self._app(scope, _replay(body, receive), send)
                return
        problem = BodyTooLarge(f"The body may have {self._limit} bytes at most.")
        problem.headers["Connection"] = "close"
        await ProblemReply(problem, scope["path"])(scope, receive, send)

    async def _read(self, receive: Receive) -> bytes | None:
        """The body, None when it exceeds the limit."""
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return b"".join(parts)
            part = message.get("body", b"")
            size += len(part)
            if size > self._limit:
                return None
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that gives the body once and then what the client does."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
