"""A mail server that keeps what it takes, refuses recipients, or falls silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class SmtpStandIn:
    """Takes mails as a mail server does (RFC 5321); it refuses recipients on request."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.refuses = False
        self.hangs = False
        """Take a mail and answer nothing any more."""
        self.arrived = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            command = line.decode().strip().upper()
            if command == "DATA":
                writer.write(b"354 go on\r\n")
                self.mails.append(await reader.readuntil(b"\r\n.\r\n"))
                self.arrived.set()
                if self.hangs:
                    await reader.read()
                    break
            writer.write(self._answer(command))
            if command == "QUIT":
                break
        writer.close()

    def _answer(self, command: str) -> bytes:
        if command.startswith("RCPT") and self.refuses:
            return b"550 no such mailbox\r\n"
        return b"221 bye\r\n" if command == "QUIT" else b"250 fine\r\n"


@asynccontextmanager
async def smtp_server() -> AsyncIterator[tuple[SmtpStandIn, str]]:
    """A running one and its URL."""
    stand_in = SmtpStandIn()
    listening = await asyncio.start_server(stand_in.serve, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        yield stand_in, f"smtp://127.0.0.1:{port}"
