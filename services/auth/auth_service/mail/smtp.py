"""Mails over SMTP."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from shared_db import ConfigurationError

from auth_service.errors import MailNotSent
from auth_service.mail.message import message_of
from auth_service.mail.port import Mail

_TIMEOUT = 10.0


class SmtpMailer:
    """Hands mails to an SMTP server, with TLS for ``smtps://`` or ``smtp+starttls://``.

    Args:
        url: ``scheme://user:password@host:port``.
        sender: the address in ``From``.

    Raises:
        ConfigurationError: the URL cannot be used.
    """

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps", "smtp+starttls") or not parts.hostname:
            raise ConfigurationError(
                "AUTH_SMTP_URL is not usable: write smtps://user:password@host:465 or "
                "smtp+starttls://user:password@host:587."
            )
        self._scheme = parts.scheme
        self._host = parts.hostname
        self._port = parts.port or (465 if parts.scheme == "smtps" else 587)
        self._login = (unquote(parts.username or ""), unquote(parts.password or ""))
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        """Send it."""
        try:
            await asyncio.to_thread(self._deliver, message_of(mail, self._sender))
        except (OSError, smtplib.SMTPException) as error:
            raise MailNotSent(f"The mail server refused: {type(error).__name__}.") from error

    def _deliver(self, message: EmailMessage) -> None:
        with self._connect() as server:
            if self._scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            if self._login[0]:
                server.login(*self._login)
            server.send_message(message)

    def _connect(self) -> smtplib.SMTP:
        """smtplib's own default would not look at the server's certificate."""
        if self._scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=_TIMEOUT, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT)
