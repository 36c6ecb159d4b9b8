"""Reading the mails that the services write into a folder in development."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.journey.client import JourneyError

_TOKEN = re.compile(r"(?:token=|^\s*)([A-Za-z0-9_-]{32,})\s*$", re.MULTILINE)


class NoMail(JourneyError):
    """The mail did not come."""

    def __init__(self, folder: Path, recipient: str) -> None:
        super().__init__(
            f"No mail for {recipient} came into {folder}: set DATA_DIR to the folder of the "
            "running services, and let them write mails to files."
        )


@dataclass(frozen=True)
class Mailbox:
    """The folder of the mails.

    Args:
        folder: where the services write them.
        patience: seconds to wait for a mail.
    """

    folder: Path
    patience: float = 10.0

    def token_for(self, recipient: str) -> str:
        """The token in the newest mail to that address.

        Raises:
            NoMail: none came in time.
        """
        deadline = time.monotonic() + self.patience
        while True:
            token = self._find(recipient)
            if token is not None:
                return token
            if time.monotonic() > deadline:
                raise NoMail(self.folder, recipient)
            time.sleep(0.05)

    def _find(self, recipient: str) -> str | None:
        for file in sorted(self.folder.glob("[!.]*.eml"), reverse=True):
            mail = message_from_bytes(file.read_bytes(), policy=policy.default)
            if isinstance(mail, EmailMessage) and recipient in str(mail["To"]):
                body = mail.get_body(("plain",))
                match = _TOKEN.search(body.get_content()) if body else None
                return match[1] if match else None
        return None
