"""Setting another password: forgotten, reset by mail, changed by whoever knows the present one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service_kit import Clock, Principal
from shared_db import Database
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service import one_time_tokens
from auth_service.accounts import present
from auth_service.attempts import Attempts
from auth_service.errors import InvalidCredentials, TokenSpent, WrongPassword
from auth_service.login import Login
from auth_service.mailing import MailKind, ask_mail
from auth_service.models import User
from auth_service.models.accounts import UserStatus
from auth_service.models.mail_tokens import Purpose
from auth_service.origin import Origin, digest_of
from auth_service.passwords import PasswordHasher, refuse_common
from auth_service.sessions import Sessions
from auth_service.users import Account, by_email

_PURPOSE = Purpose.RESET_PASSWORD


@dataclass(frozen=True)
class Recovery:
    """The ways to another password.

    Args:
        database: where accounts are kept.
        hasher: hashes passwords.
        login: checks the present password.
        attempts: which a reset takes back; counts requests.
        sessions: which end.
        clock: gives the time.
    """

    database: Database
    hasher: PasswordHasher
    login: Login
    attempts: Attempts
    sessions: Sessions
    clock: Clock

    async def forgot(self, email: str, origin: Origin) -> None:
        """Have a token mailed, if the address has an account that can use one.

        An address without an account gets a job as well, for nobody: there is as much to do.

        Raises:
            TooManyRequests: too many came from there.
        """
        await self.database.run(self._forgot, email, origin)

    async def invite(self, session: AsyncSession, user_id: UUID) -> None:
        """Have the mail sent to an account, as an administrator asks.

        Raises:
            UserNotFound: there is no such account.
        """
        user = await present(session, user_id)
        await ask_mail(session, MailKind.INVITATION, user.id)

    async def reset(self, token: str, password: str, origin: Origin) -> None:
        """Set the password of the account that the token was sent to; all its sessions end.

        Whoever reads the account's mails is its owner: the address is verified, attempts against
        the account are taken back, and the place becomes familiar (see ``attempts``).
        A mail tells the owner.

        Raises:
            PasswordRefused: the password is too common; the token still counts.
            TokenSpent: the token does not count.
        """
        refuse_common(password)
        async with self.database.reader() as session:
            await one_time_tokens.counts(session, token, _PURPOSE, self.clock())
        kept = await self.hasher.hash(password)
        await self.database.run(self._reset, token, kept, origin)

    async def change(self, caller: Principal, present: str, password: str, origin: Origin) -> None:
        """Set another password; all sessions but the caller's end, and a mail tells the owner.

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
        await self.database.run(self._change, caller, checked, kept, origin)

    async def _forgot(self, session: AsyncSession, email: str, origin: Origin) -> None:
        await self.attempts.take_request(session, origin, self.clock())
        user = await by_email(session, email)
        nobody = UUID(bytes=digest_of("nobody", email.lower())[:16])
        await ask_mail(session, MailKind.FORGOTTEN, user.id if user else nobody)

    async def _reset(self, session: AsyncSession, token: str, kept: str, origin: Origin) -> None:
        now = self.clock()
        user_id = await one_time_tokens.spend(session, token, _PURPOSE, now)
        user = await self.attempts.forgive(session, user_id, origin, now, strangers=True)
        if user is None or user.status == UserStatus.ERASED:
            raise TokenSpent
        if user.status == UserStatus.PENDING:
            user.status = UserStatus.ACTIVE
        await self.attempts.remember(session, user_id, origin, now)
        await self._set(session, user, kept)

    async def _change(
        self, session: AsyncSession, caller: Principal, checked: Account, kept: str, origin: Origin
    ) -> None:
        now = self.clock()
        user = await self.attempts.forgive(session, checked.id, origin, now, strangers=False)
        if user is None or user.version != checked.version:
            raise WrongPassword("The account was changed meanwhile: try again.")
        await self._set(session, user, kept, but=caller.session_id)

    async def _set(
        self, session: AsyncSession, user: User, kept: str, *, but: UUID | None = None
    ) -> None:
        now = self.clock()
        user.password_hash, user.updated_at = kept, now
        user.version += 1
        await one_time_tokens.withdraw(session, user.id, _PURPOSE, now)
        await self.sessions.end_all(session, user.id, but=but)
        await ask_mail(session, MailKind.CHANGED, user.id)
