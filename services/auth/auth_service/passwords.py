"""Passwords: hashed with argon2id off the event loop, older bcrypt hashes upgraded at login."""

from __future__ import annotations

import asyncio
from functools import cache
from importlib.resources import files

from passlib.context import CryptContext

from auth_service.errors import PasswordRefused

SHORTEST, LONGEST = 8, 1024
"""Characters (NIST SP 800-63B, 5.1.1.2); nothing is truncated."""

_AT_ONCE = 2
_DUMMY = "a password that nobody has"


class PasswordHasher:
    """Hashes and verifies, a few at a time: hashing costs memory and a core.

    OWASP's parameters for argon2id: 19 MiB, two passes, one lane.
    """

    def __init__(self) -> None:
        self._context = CryptContext(
            schemes=["argon2", "bcrypt"],
            deprecated=["bcrypt"],
            argon2__type="ID",
            argon2__memory_cost=19456,
            argon2__time_cost=2,
            argon2__parallelism=1,
        )
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._dummy = ""
        self.verifications = 0

    async def hash(self, password: str) -> str:
        """A hash to keep."""
        async with self._turns:
            return await asyncio.to_thread(self._context.hash, password)

    async def verify(self, password: str, kept: str | None) -> tuple[bool, str | None]:
        """Whether the password fits, and a better hash if the kept one is outdated.

        Args:
            password: what was entered.
            kept: the hash of the account; None costs the same time and never fits.
        """
        self.verifications += 1
        if kept is None and not self._dummy:
            self._dummy = await self.hash(_DUMMY)
        async with self._turns:
            fits, better = await asyncio.to_thread(
                self._context.verify_and_update, password, kept or self._dummy
            )
        return (bool(fits) and kept is not None, better)


def refuse_common(password: str) -> None:
    """Refuse the commonest passwords.

    Raises:
        PasswordRefused: it is one of them.
    """
    if password.casefold() in _common():
        raise PasswordRefused("This password is among the commonest ones: choose another.")


@cache
def _common() -> frozenset[str]:
    text = (files("auth_service") / "common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if len(line.strip()) >= SHORTEST)
