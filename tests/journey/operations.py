"""What an operator does beside the API: read the development mails, grant a role."""

from __future__ import annotations

import subprocess
import sys

from shared_db.settings import project_folder, read_project

from tests.journey.client import JourneyError
from tests.journey.mailbox import Mailbox


class RoleNotGranted(JourneyError):
    """The command that grants a role failed."""

    def __init__(self, email: str, reason: str) -> None:
        super().__init__(f"The role admin was not granted to {email}: {reason}")


def running_mailbox() -> Mailbox:
    """The mails of the services that run in this project."""
    return Mailbox(read_project(project_folder()).data_dir / "mail")


def grant_admin(email: str) -> None:
    """Give that account the role ``admin``, by the command of the service that keeps roles.

    Raises:
        RoleNotGranted: the command failed.
    """
    command = [sys.executable, "-m", "auth_service", "grant-role", email, "admin"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise RoleNotGranted(email, done.stderr.strip() or done.stdout.strip())
