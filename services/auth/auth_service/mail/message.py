"""A mail as an RFC 5322 message."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime

from service_kit import utc_now

from auth_service.mail.port import Mail


def message_of(mail: Mail, sender: str) -> EmailMessage:
    """The message to hand over."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(utc_now())
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2].strip('>') or 'localhost'}>"
    message.set_content(mail.text, cte="8bit")  # links stay whole, whoever reads the source
    return message
