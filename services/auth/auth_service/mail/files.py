"""Mails as files, for development: ``<DATA_DIR>/mail/*.eml``, the newest last by name."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from auth_service.errors import MailNotSent
from auth_service.mail.message import message_of
from auth_service.mail.port import Mail

_log = structlog.get_logger(__name__)


class FileMailer:
    """Writes each mail into a file that only this account can read.

    Args:
        folder: where the files go.
        sender: the address in ``From``.
    """

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        """Write the file; a repeated mail is the same file."""
        name = f"{mail.id}.eml"
        try:
            await asyncio.to_thread(self._write, name, bytes(message_of(mail, self._sender)))
        except OSError as error:
            raise MailNotSent(f"The mail was not written: {error}") from error
        _log.info("mail_written", file=name, subject=mail.subject)

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = self._folder / f".{name}.partial"  # which readers of *.eml do not see
        partial.touch(mode=0o600)
        partial.write_bytes(content)
        partial.replace(self._folder / name)
