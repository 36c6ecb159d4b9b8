"""Setting another password: forgotten, reset by mail, changed by whoever knows the present one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from service_kit import Clock, Principal
from shared_db import Database
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service import one_time_tokens
from auth_service.accounts import present
from auth_service.attempts import Attempts
from auth_service.digests import new_token
from auth_service.errors import InvalidCredentials, TokenSpent, WrongPassword
from auth_service.login import Login
from auth_service.mail import Mail, Mailer
from auth_service.mail.texts import password_changed, reset
from auth_service.models import User
from auth_service.models.accounts import UserStatus
from auth_service.models.mail_tokens import Purpose
from auth_service.origin import Origin
from auth_service.passwords import PasswordHasher, refuse_common
from auth_service.sessions import Sessions
from auth_service.users import by_email

_PURPOSE = Purpose.RESET_PASSWORD
_TOLD = (UserStatus.PENDING, UserStatus.ACTIVE)
_PAUSE = timedelta(minutes=1)
"""Between two mails to one account, however often somebody asks."""


@dataclass(frozen=True)
class Recovery:
    """The ways to another password.

    Args:
        database: where accounts are kept.
        hasher: hashes passwords.
        mailer: sends the mails.
        login: checks the present password.
        attempts: which a reset takes back.
        sessions: which end.
        clock: gives the time.
        minutes: for which a token counts.
        url: what links begin with.
    """

    database: Database
    hasher: PasswordHasher
    mailer: Mailer
    login: Login
    attempts: Attempts
    sessions: Sessions
    clock: Clock
    minutes: int
    url: str

    async def forgot(self, email: str) -> None:
        """Mail a token, if the address has an account that can use one.

        It runs when the reply has left, so that nobody can tell from it how much there was to do.
        """
        mail = await self.database.run(self._for_address, email, new_token())
        if mail is not None:
            await self.mailer.send(mail)

    async def invite(self, session: AsyncSession, user_id: UUID) -> Mail:
        """Prepare the mail for an account, as an administrator asks.

        Raises:
            UserNotFound: there is no such account.
        """
        return await self._prepare(session, await present(session, user_id), new_token())

    async def reset(self, token: str, password: str, origin: Origin) -> Mail:
        """Set the password of the account that the token was sent to; all its sessions end.

        Whoever reads the account's mails is its owner: the address is verified, attempts against
        the account are taken back, and the place becomes familiar (see ``attempts``).

        Returns:
            The mail that tells the owner.

        Raises:
            PasswordRefused: the password is too common; the token still counts.
            TokenSpent: the token does not count.
        """
        refuse_common(password)
        async with self.database.reader() as session:
            await one_time_tokens.counts(session, token, _PURPOSE, self.clock())
        kept = await self.hasher.hash(password)
        return await self.database.run(self._reset, token, kept, origin)

    async def change(self, caller: Principal, present: str, password: str, origin: Origin) -> Mail:
        """Set another password; all sessions but the caller's end.

        Returns:
            The mail that tells the owner.

        Raises:
            InvalidToken: the caller's session has ended.
            WrongPassword: the present password is another one.
            TooManyAttempts: it was guessed too often.
            PasswordRefused: the new one is too common.
        """
        user = await self.database.run(self.sessions.signed_in, caller)
        refuse_common(password)
        try:
            checked = await self.login.confirm(user.id, present, origin)
        except InvalidCredentials as error:
            raise WrongPassword("The present password is another one.") from error
        kept = await self.hasher.hash(password)
        return await self.database.run(self._change, caller, checked, kept, origin)

    async def _for_address(self, session: AsyncSession, email: str, token: str) -> Mail | None:
        user = await by_email(session, email, lock=True)
        if user is None or user.status not in _TOLD:
            return None
        since = self.clock() - _PAUSE
        if await one_time_tokens.sent_since(session, user.id, _PURPOSE, since):
            return None
        return await self._prepare(session, user, token)

    async def _prepare(self, session: AsyncSession, user: User, token: str) -> Mail:
        """Only the newest token counts."""
        now = self.clock()
        await one_time_tokens.withdraw(session, user.id, _PURPOSE, now)
        lifetime = timedelta(minutes=self.minutes)
        one_time_tokens.issue(session, user.id, _PURPOSE, token, now=now, lifetime=lifetime)
        return reset(user.email, self.url, token, self.minutes)

    async def _reset(self, session: AsyncSession, token: str, kept: str, origin: Origin) -> Mail:
        now = self.clock()
        user_id = await one_time_tokens.spend(session, token, _PURPOSE, now)
        user = await self.attempts.forgive(session, user_id, origin, now, strangers=True)
        if user is None or user.status == UserStatus.ERASED:
            raise TokenSpent
        if user.status == UserStatus.PENDING:
            user.status = UserStatus.ACTIVE
        await self.attempts.remember(session, user_id, origin, now)
        return await self._set(session, user, kept)

    async def _change(
        self, session: AsyncSession, caller: Principal, checked: User, kept: str, origin: Origin
    ) -> Mail:
        now = self.clock()
        user = await self.attempts.forgive(session, checked.id, origin, now, strangers=False)
        if user is None or user.version != checked.version:
            raise WrongPassword("The account was changed meanwhile: try again.")
        return await self._set(session, user, kept, but=caller.session_id)

    async def _set(
        self, session: AsyncSession, user: User, kept: str, *, but: UUID | None = None
    ) -> Mail:
        now = self.clock()
        user.password_hash, user.updated_at = kept, now
        user.version += 1
        await one_time_tokens.withdraw(session, user.id, _PURPOSE, now)
        await self.sessions.end_all(session, user.id, but=but)
        return password_changed(user.email)
