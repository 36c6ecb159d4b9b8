"""What operators do with commands, and the mails in development."""

from __future__ import annotations

import stat
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from auth_service.mail import Mail
from auth_service.mail.files import FileMailer


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "auth_service", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_a_role_counts_from_the_next_login(visitor: Any) -> None:
    await visitor.member()
    granted = command("grant-role", "ADA@example.com", "admin")
    assert granted.returncode == 0, granted.stderr
    assert (await visitor.login("ada@example.com")).json()["scope"] == "admin payments profile"
    assert command("revoke-role", "ada@example.com", "admin").returncode == 0
    assert (await visitor.login("ada@example.com")).json()["scope"] == "payments profile"


async def test_unknown_addresses_and_roles_are_told_in_one_sentence(visitor: Any) -> None:
    await visitor.member()
    for arguments, sentence in (
        (("grant-role", "eve@example.com", "admin"), "no account with the address"),
        (("grant-role", "ada@example.com", "king"), "the roles: admin"),
    ):
        refused = command(*arguments)
        assert refused.returncode == 1
        assert sentence in refused.stderr
        assert "Traceback" not in refused.stderr


async def test_the_command_rotates_keys(client: Any, settings: Any) -> None:
    rotated = command("rotate-keys")
    assert rotated.returncode == 0, rotated.stderr
    assert "next key is published" in rotated.stdout


async def test_mails_are_files_for_the_owner_alone(tmp_path: Path) -> None:
    mailer = FileMailer(tmp_path / "mail", "accounts@example.com")
    for number in range(2):
        await mailer.send(Mail("ada@example.com", f"Mail {number}", "Some text.\n"))
    files = sorted((tmp_path / "mail").iterdir())
    subjects = [message_from_bytes(f.read_bytes(), policy=policy.default)["Subject"] for f in files]
    assert subjects == ["Mail 0", "Mail 1"]
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
