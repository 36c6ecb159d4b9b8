"""Logging in with a password."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service_kit import Clock, Problem
from shared_db import Database
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.attempts import FAMILIAR_FOR, Attempts
from auth_service.errors import EmailNotVerified, InvalidCredentials, Suspended
from auth_service.models import User
from auth_service.models.accounts import UserStatus
from auth_service.origin import Origin
from auth_service.passwords import PasswordHasher
from auth_service.sessions import Grant, Sessions
from auth_service.users import Account, Nearest, account_or_neighbour


@dataclass(frozen=True)
class Login:
    """Checks passwords and begins sessions; hashing happens outside of transactions.

    Args:
        database: where accounts are kept.
        hasher: verifies passwords.
        attempts: counts attempts.
        sessions: begins sessions.
        clock: gives the time.
    """

    database: Database
    hasher: PasswordHasher
    attempts: Attempts
    sessions: Sessions
    clock: Clock

    async def log_in(self, email: str, password: str, origin: Origin) -> Grant:
        """A new session for whoever knows the password.

        The attempt is counted before the password is verified, so that guesses sent at once do not
        outrun the count. Whether or not there is an account, one hash of the same kind is verified.

        Args:
            email: the account's address in its normal form.
            password: what was entered.
            origin: from where; it becomes familiar.

        Raises:
            TooManyAttempts: the account or the address has to wait.
            InvalidCredentials: no such account, or another password.
            EmailNotVerified, Suspended: the password was right.
        """
        nearest, familiar = await self.database.run(self._admit, email, origin)
        fits = await self.hasher.verify(password, nearest.kept)
        account = nearest.account
        if account is None or not fits:
            raise InvalidCredentials
        better = await self.hasher.upgraded(password, account.password_hash)
        outcome = await self.database.run(self._begin, account, better, origin, familiar)
        if isinstance(outcome, Problem):
            raise outcome
        return outcome

    async def confirm(self, user_id: UUID, password: str, origin: Origin) -> Account:
        """The account of somebody who is logged in and shows the password once more.

        Raises:
            TooManyAttempts, InvalidCredentials: as for a login.
        """
        async with self.database.reader() as session:
            user = await session.get(User, user_id)
        if user is None:
            raise InvalidCredentials
        nearest, _ = await self.database.run(self._admit, user.email, origin)
        fits = await self.hasher.verify(password, nearest.kept)
        if nearest.account is None or not fits:
            raise InvalidCredentials
        return nearest.account

    async def _admit(
        self, session: AsyncSession, email: str, origin: Origin
    ) -> tuple[Nearest, bool]:
        """The attempt, counted, and whether it comes from where the owner has been before."""
        now = self.clock()
        nearest = await account_or_neighbour(
            session, email, address=origin.by_address, since=now - FAMILIAR_FOR
        )
        return nearest, await self.attempts.take(session, email, nearest, origin, now)

    async def _begin(
        self,
        session: AsyncSession,
        checked: Account,
        better: str | None,
        origin: Origin,
        familiar: bool,
    ) -> Grant | Problem:
        """Begin the session unless the account has changed since its password was read.

        A refusal is returned, not raised: the attempt was no guess and is taken back.
        """
        now = self.clock()
        user = await self.attempts.forgive(session, checked.id, origin, now, strangers=not familiar)
        if user is None or user.version != checked.version:
            return InvalidCredentials()
        if user.status == UserStatus.PENDING:
            return EmailNotVerified("Open the link in the mail that was sent to the address.")
        if user.status != UserStatus.ACTIVE:
            return Suspended("The account is suspended.")
        if better is not None:
            user.password_hash = better
        await self.attempts.remember(session, user.id, origin, now)
        return await self.sessions.begin(session, user.id)
