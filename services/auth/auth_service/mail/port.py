"""The port."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from service_kit import new_id


@dataclass(frozen=True)
class Mail:
    """A mail in plain text.

    Args:
        to: the recipient's address.
        subject: one line.
        text: the body.
        id: its identity, which a repeated mail has as well.
    """

    to: str
    subject: str
    text: str
    id: UUID = field(default_factory=new_id)


class Mailer(Protocol):
    """Sends mails."""

    async def send(self, mail: Mail) -> None:
        """Hand a mail over.

        Raises:
            MailNotSent: it was not taken, and may be tried again.
        """
