"""A network between two servers that fails when a test says so."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

_HOST = "127.0.0.1"
_CHUNK = 65536
_TIMEOUT = 10.0
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: closing sends RST


class Proxy:
    """Passes TCP connections on, from threads of its own.

    Args:
        url: the server behind it; only host and port count.
    """

    def __init__(self, url: str) -> None:
        behind = urlsplit(url)
        self._behind = (behind.hostname or _HOST, behind.port or 5432)
        self._connections: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._is_cut = False
        self._flowing = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self.port = 0
        self.restore()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def url(self, url: str) -> str:
        """The same URL, but through the proxy."""
        parts = urlsplit(url)
        credentials = parts.netloc.rpartition("@")[0]
        place = f"{_HOST}:{self.port}"
        return urlunsplit(parts._replace(netloc=f"{credentials}@{place}" if credentials else place))

    @property
    def connections(self) -> int:
        """How many connections pass through it now."""
        return len(self._connections)

    def cut(self) -> None:
        """Reset all connections, new ones at once.

        It goes on listening: a socket that closes while a connection is being accepted
        leaves that one open and unread (asyncio's ``Server``), and others may take its port.
        """
        self._do(self._cut)

    def freeze(self) -> None:
        """Keep the connections, and take new ones, but pass nothing: a cable is unplugged."""
        self._do(self._freeze)

    def restore(self) -> None:
        """Pass everything, also what has waited."""
        self._do(self._restore)

    def close(self) -> None:
        """End it for good."""
        if self._loop.is_closed():
            return
        self._do(self._close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_TIMEOUT)
        self._loop.close()

    def _do(self, step: Callable[[], Coroutine[Any, Any, None]]) -> None:
        asyncio.run_coroutine_threadsafe(step(), self._loop).result(_TIMEOUT)

    async def _restore(self) -> None:
        self._is_cut = False
        self._flowing.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, _HOST, self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _freeze(self) -> None:
        self._flowing.clear()

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        await self._cut()

    async def _cut(self) -> None:
        self._is_cut = True
        for writer in tuple(self._writers):
            _reset(writer)
        for task in tuple(self._connections):
            task.cancel()
        if self._connections:
            await asyncio.wait(self._connections)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            _reset(writer)
            return
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        self._writers.add(writer)
        ends = {writer}
        try:
            await self._flowing.wait()
            with suppress(OSError, asyncio.CancelledError):
                there = await asyncio.open_connection(*self._behind)
                ends.add(there[1])
                self._writers.add(there[1])
                await self._pass(reader, there[1], there[0], writer)
        finally:
            for end in ends:
                end.close()
            self._writers -= ends
            self._connections.discard(task)

    async def _pass(
        self,
        here: asyncio.StreamReader,
        to_there: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        to_here: asyncio.StreamWriter,
    ) -> None:
        """Both ways, until one side ends."""
        ways = [
            asyncio.create_task(self._pump(here, to_there)),
            asyncio.create_task(self._pump(there, to_here)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(_CHUNK):
            await self._flowing.wait()
            target.write(data)
            await target.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):  # it may have been closed from the other side
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
