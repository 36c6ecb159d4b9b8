"""A request whose transaction met a fence is repeated: clients see latency, never an error."""

from __future__ import annotations

import asyncio

import structlog
from shared_db import ConnectionLost, Database, HomeMoved, RequestScope, request_scope
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = structlog.get_logger(__name__)


class Repetition:
    """Repeats a request whole while nothing of it was committed or answered.

    After a commit within the request only ``Database.run`` repeats, the transaction alone.

    Args:
        app: the application inside; it raises what ended a transaction.
        deadline: seconds from the first failure.
    """

    def __init__(self, app: ASGIApp, deadline: float) -> None:
        self._app = app
        self._deadline = deadline

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, as often as it takes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        deadline: float | None = None
        while True:
            attempt = _Attempt(scope, receive, send)
            try:
                with request_scope() as transactions:
                    await self._app(attempt.scope, attempt.receive, attempt.send)
                break
            except (HomeMoved, ConnectionLost) as error:
                deadline = deadline or asyncio.get_running_loop().time() + self._deadline
                if not await _may_repeat(scope, attempt, transactions, error, deadline):
                    raise
                _log.info("request_repeated", reason=str(error))
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


async def _may_repeat(
    scope: Scope,
    attempt: _Attempt,
    transactions: RequestScope,
    error: HomeMoved | ConnectionLost,
    deadline: float,
) -> bool:
    if attempt.answered or transactions.commits:
        return False
    database: Database = scope["app"].state.database
    return await database.recover(error, deadline=deadline)
