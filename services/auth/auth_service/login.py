"""Logging in with a password."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service_kit import Clock
from shared_db import Database
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.attempts import Attempts
from auth_service.errors import EmailNotVerified, InvalidCredentials, Suspended, TooManyAttempts
from auth_service.models import User
from auth_service.models.accounts import UserStatus
from auth_service.passwords import PasswordHasher
from auth_service.sessions import Grant, Sessions


@dataclass(frozen=True)
class Login:
    """Checks passwords and begins sessions; hashing happens outside of transactions.

    Args:
        database: where accounts are kept.
        hasher: verifies passwords.
        attempts: counts failures.
        sessions: begins sessions.
        clock: gives the time.
    """

    database: Database
    hasher: PasswordHasher
    attempts: Attempts
    sessions: Sessions
    clock: Clock

    async def log_in(self, email: str, password: str, address: str) -> Grant:
        """A new session for whoever knows the password.

        Args:
            email: the account's address.
            password: what was entered.
            address: the network address of the client.

        Raises:
            TooManyAttempts: the account or the address has to wait.
            InvalidCredentials: no such account, or another password.
            EmailNotVerified, Suspended: the password was right.
        """
        user = await self._find(email, address)
        fits, better = await self.hasher.verify(password, user.password_hash if user else None)
        if user is None or not fits:
            user_id = user.id if user else None
            await self.database.run(self.attempts.failed, email, user_id, address, self.clock())
            raise InvalidCredentials
        if user.status == UserStatus.PENDING:
            raise EmailNotVerified("Open the link in the mail that was sent to the address.")
        if user.status != UserStatus.ACTIVE:
            raise Suspended("The account is suspended.")
        return await self.database.run(self._begin, user.id, user.version, better)

    async def _find(self, email: str, address: str) -> User | None:
        now = self.clock()
        async with self.database.reader() as session:
            by_email = func.lower(col(User.email)) == func.lower(email)
            user = (await session.exec(select(User).where(by_email))).first()
            wait = await self.attempts.wait(session, email, user, address, now)
        if wait:
            raise TooManyAttempts(wait)
        return user

    async def _begin(
        self, session: AsyncSession, user_id: UUID, version: int, better: str | None
    ) -> Grant:
        """Begin the session unless the account has changed since its password was read."""
        user = await session.get(User, user_id, with_for_update=True)
        if user is None or user.version != version or user.status != UserStatus.ACTIVE:
            raise InvalidCredentials
        if better is not None:
            user.password_hash = better
        user.failed_count, user.locked_until = 0, None
        return await self.sessions.begin(session, user)
