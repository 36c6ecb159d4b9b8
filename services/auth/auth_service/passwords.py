"""Passwords: hashed with argon2id off the event loop, older bcrypt hashes upgraded at login."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from importlib.resources import files
from typing import TypeVar

from passlib.context import CryptContext

from auth_service.errors import PasswordRefused

T = TypeVar("T")

SHORTEST, LONGEST = 8, 1024
"""Characters (NIST SP 800-63B, 5.1.1.2); nothing is truncated."""

MEMORY, PASSES = 19456, 2
"""What argon2id costs: KiB, and passes over them in one lane, as OWASP has it."""

_AT_ONCE, _NICENESS = 2, 10
_BCRYPT_LONGEST = 72
"""Bytes; bcrypt ignores what follows, so a longer password is not the one that was hashed."""

_DUMMY = (
    "$argon2id$v=19$m=19456,t=2,p=1$"
    "2JvTGiOEUMq5N8YYwxhjDA$"
    "mKVYTUSgwTn0xCdMCfQufvs6Fmc7XQ7pfeYYCdAyaOw"
)
"""The hash of a random text that nobody kept, with the parameters above."""


class PasswordHasher:
    """Hashes and verifies, a few at a time: hashing costs memory and a core."""

    def __init__(self) -> None:
        self._context = CryptContext(
            schemes=["argon2", "bcrypt"],
            deprecated=["bcrypt"],
            argon2__type="ID",
            argon2__memory_cost=MEMORY,
            argon2__time_cost=PASSES,
            argon2__parallelism=1,
        )
        for scheme in ("argon2", "bcrypt"):
            self._context.handler(scheme).get_backend()  # two threads would load it at once, badly
        self._threads = ThreadPoolExecutor(_AT_ONCE, "passwords", initializer=_yield_to_requests)
        self.verifications = 0
        self.hashes = 0

    async def hash(self, password: str) -> str:
        """A hash to keep."""
        self.hashes += 1
        return await self._beside(partial(self._context.hash, password))

    async def verify(self, password: str, kept: str | None) -> bool:
        """Whether the password fits; one verification, whatever is kept.

        Args:
            password: what was entered.
            kept: a hash; None, or what is none, costs a verification and never fits.
        """
        self.verifications += 1
        kind = self._context.identify(kept) if kept else None
        usable = kind is not None
        if kind == "bcrypt" and len(password.encode()) > _BCRYPT_LONGEST:
            password, usable = password[: _BCRYPT_LONGEST // 4], False
        known = kept if kind else _DUMMY
        fits = await self._beside(partial(self._context.verify, password, known))
        return usable and fits

    async def _beside(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def upgraded(self, password: str, kept: str) -> str | None:
        """A better hash of a password that fits, None when the kept one is good."""
        return await self.hash(password) if self._context.needs_update(kept) else None


def _yield_to_requests() -> None:
    """Let the event loop have the core first (Linux, where threads have priorities)."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


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
