"""A service as its clients reach it: as many connections as requests are under way."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from shared_db.errors import ConfigurationError

from rehearsal.traffic.connection import Connection
from rehearsal.traffic.message import Answer, Reply

_LONGEST_IDLE = 2.0
"""Seconds; below the services' own 5, so that they never close what is about to be used."""

_SWEEP = 0.1


class Endpoint:
    """Takes requests for one service; each starts at once, on an idle connection or a new one.

    Args:
        url: the service's address, ``http://host:port``.
        timeout: seconds after which a request without a reply has failed.

    Raises:
        ConfigurationError: the address is no such URL.
    """

    def __init__(self, url: str, *, timeout: float) -> None:
        parsed = urlsplit(url)
        if parsed.scheme != "http" or not parsed.hostname or not parsed.port:
            raise ConfigurationError(f"{url!r} is no address: write http://host:port.")
        self.host = parsed.netloc
        self._place = (parsed.hostname, parsed.port)
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._idle: list[Connection] = []
        self._busy: set[Connection] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._sweeper = self._loop.call_later(_SWEEP, self._sweep)

    def send(self, data: bytes, answer: Answer) -> None:
        """Send a request now.

        Args:
            data: the request.
            answer: gets the reply, also one that tells why none came.
        """
        deadline = self._loop.time() + self._timeout
        if self._idle:
            connection = self._idle.pop()
            self._busy.add(connection)
            connection.send(data, answer, deadline)
            return
        opening = self._loop.create_task(self._open(data, answer, deadline))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)

    async def close(self) -> None:
        """Close all connections."""
        self._sweeper.cancel()
        for task in self._opening:
            task.cancel()
        for connection in (*self._idle, *self._busy):
            connection.give_up("the client ends")

    async def _open(self, data: bytes, answer: Answer, deadline: float) -> None:
        try:
            async with asyncio.timeout_at(deadline):
                _, connection = await self._loop.create_connection(
                    lambda: Connection(self._free, self._gone), *self._place
                )
        except (OSError, TimeoutError) as error:
            answer(Reply(0, failure=f"no connection: {error or 'timeout'}"))
            return
        self._busy.add(connection)
        connection.send(data, answer, deadline)

    def _free(self, connection: Connection) -> None:
        connection.idle_since = self._loop.time()
        self._busy.discard(connection)
        self._idle.append(connection)

    def _gone(self, connection: Connection) -> None:
        self._busy.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)

    def _sweep(self) -> None:
        """Give up what is late, close what has been idle; one timer for all requests."""
        now = self._loop.time()
        for connection in [c for c in self._busy if c.deadline < now]:
            connection.give_up(f"no reply within {self._timeout:g} s")
        for connection in [c for c in self._idle if c.idle_since < now - _LONGEST_IDLE]:
            self._idle.remove(connection)  # now: it could be taken until the event loop tells
            connection.give_up("")
        self._sweeper = self._loop.call_later(_SWEEP, self._sweep)
