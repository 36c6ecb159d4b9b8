"""One kept-alive HTTP/1.1 connection: a request at a time, its reply given to a callback."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from httptools import HttpParserError, HttpResponseParser

from rehearsal.traffic.message import Answer, Reply


class Connection(asyncio.Protocol):
    """A connection to a service.

    Args:
        free: called when the reply is complete and the connection can take another request.
        gone: called when the connection is closed, by whichever side.
    """

    def __init__(
        self, free: Callable[[Connection], None], gone: Callable[[Connection], None]
    ) -> None:
        self._free = free
        self._gone = gone
        self._transport: asyncio.Transport | None = None
        self._parser = HttpResponseParser(self)
        self._body: list[bytes] = []
        self._complete = self._reusable = False
        self._answer: Answer | None = None
        self.deadline = 0.0
        self.idle_since = 0.0

    def send(self, data: bytes, answer: Answer, deadline: float) -> None:
        """Write a request.

        Args:
            data: the request.
            answer: gets the reply, also one that tells why none came.
            deadline: when the owner gives it up, in the event loop's seconds.
        """
        self._answer, self.deadline = answer, deadline
        if self._transport is None or self._transport.is_closing():
            self._end("the connection was closed")
            return
        self._transport.write(data)

    def give_up(self, failure: str) -> None:
        """Close at once; a request under way is answered with ``failure``."""
        if self._transport is not None:
            self._transport.abort()
        self._end(failure)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Called by the event loop."""
        try:
            self._parser.feed_data(data)
        except HttpParserError as error:
            self.give_up(f"not HTTP: {error}")
            return
        if self._complete:
            self._finish()

    def connection_lost(self, error: Exception | None) -> None:
        """Called by the event loop."""
        self._transport = None
        self._end(f"connection lost: {error}" if error else "connection closed by the service")
        self._gone(self)

    def on_body(self, body: bytes) -> None:
        """Called by the parser."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Called by the parser, which forgets afterwards whether the connection stays open."""
        self._complete, self._reusable = True, self._parser.should_keep_alive()

    def _finish(self) -> None:
        answer, self._answer = self._answer, None
        body, self._body, self._complete = b"".join(self._body), [], False
        if self._reusable:
            self._free(self)
        elif self._transport is not None:
            self._transport.close()
        if answer is not None:
            answer(Reply(self._parser.get_status_code(), body))

    def _end(self, failure: str) -> None:
        answer, self._answer = self._answer, None
        if answer is not None:
            answer(Reply(0, failure=failure))
