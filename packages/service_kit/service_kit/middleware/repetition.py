"""A request whose transaction met a fence is repeated: clients see latency, never an error."""

from __future__ import annotations

import asyncio

import structlog
from shared_db import ConnectionLost, Database, HomeMoved, request_scope
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_kit.problems import DatabaseUnavailable, OutcomeUnknown

_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 0.25

_log = structlog.get_logger(__name__)


class Repetition:
    """Repeats a request whole while nothing of it was committed or answered.

    After a commit within the request only ``Database.run`` repeats, the transaction alone.

    Args:
        app: the application inside; it raises what ended a transaction.
        deadline: seconds from the request's begin, for all its transactions together.
    """

    def __init__(self, app: ASGIApp, deadline: float) -> None:
        self._app = app
        self._deadline = deadline

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, as often as it takes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        deadline = asyncio.get_running_loop().time() + self._deadline
        pause = 0.0
        while True:
            attempt = _Attempt(scope, receive, send)
            try:
                with request_scope(deadline=deadline) as transactions:
                    await self._app(attempt.scope, attempt.receive, attempt.send)
                break
            except (HomeMoved, ConnectionLost) as error:
                if attempt.answered:
                    raise
                if transactions.commits:
                    _log.error("request_not_repeated_after_commit", error=str(error))
                    raise OutcomeUnknown from error
                await _recover(scope, error, deadline)
                _log.info("request_repeated", reason=str(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2 or _FIRST_PAUSE, _LONGEST_PAUSE)
        if "route" in attempt.scope:
            scope["route"] = attempt.scope["route"]


class _Attempt:
    """One run of the application, which remembers whether an answer has begun."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = {**scope, "state": dict(scope.get("state", {}))}
        self.answered = False
        self._body: bytes | None = scope["service_kit.body"]
        self._receive = receive
        self._send = send

    async def receive(self) -> Message:
        """Give the body once, then what the client does."""
        if self._body is None:
            return await self._receive_disconnect()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Message) -> None:
        """Pass a message to the client."""
        self.answered = True
        await self._send(message)

    async def _receive_disconnect(self) -> Message:
        while True:
            message = await self._receive()
            if message["type"] != "http.request":
                return message


async def _recover(scope: Scope, error: HomeMoved | ConnectionLost, deadline: float) -> None:
    """Return when a home is there that can be used.

    Raises:
        DatabaseUnavailable: none was until the deadline.
        HomeMoved, ConnectionLost: the home is where it was, so the error was real.
    """
    database: Database = scope["app"].state.database
    loop = asyncio.get_running_loop()
    if loop.time() < deadline and await database.recover(error, deadline=deadline):
        return
    if loop.time() < deadline:
        raise error
    _log.error("request_given_up", error=str(error))
    raise DatabaseUnavailable from error
