"""The port."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Mail:
    """A mail in plain text.

    Args:
        to: the recipient's address.
        subject: one line.
        text: the body.
    """

    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Sends mails."""

    async def send(self, mail: Mail) -> None:
        """Hand a mail over; a failure is logged by the adapter and does not fail the request."""
