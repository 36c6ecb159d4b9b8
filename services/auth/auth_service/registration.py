"""Registering and verifying an address, without telling which addresses have accounts."""

from __future__ import annotations

from service_kit import Clock, new_id
from shared_db import Database
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.attempts import Attempts
from auth_service.events import EventType, record
from auth_service.mailing import MailKind, ask_mail
from auth_service.models import User
from auth_service.models.accounts import UserStatus
from auth_service.models.mail_tokens import Purpose
from auth_service.one_time_tokens import spend
from auth_service.origin import Origin
from auth_service.passwords import PasswordHasher, refuse_common
from auth_service.users import by_email


class Registration:
    """The way from an address to an active account.

    Args:
        database: where accounts are kept.
        hasher: hashes passwords.
        attempts: counts mails and requests.
        clock: gives the time.
    """

    def __init__(
        self,
        database: Database,
        hasher: PasswordHasher,
        attempts: Attempts,
        clock: Clock,
    ) -> None:
        self._database = database
        self._hasher = hasher
        self._attempts = attempts
        self._clock = clock

    async def register(self, email: str, password: str, origin: Origin) -> None:
        """Make an account, or write to the one that exists; both look the same from outside.

        Raises:
            PasswordRefused: the password is too common.
            TooManyRequests: too many came from there; no password is hashed.
        """
        refuse_common(password)
        await self._database.run(self._attempts.take_request, origin, self._clock())
        kept = await self._hasher.hash(password)
        await self._database.run(self._add, email, kept)

    async def verify(self, session: AsyncSession, token: str) -> None:
        """Activate the account that the token was sent to.

        Raises:
            TokenSpent: the token does not count.
        """
        now = self._clock()
        user_id = await spend(session, token, Purpose.VERIFY_EMAIL, now)
        user = await session.get(User, user_id, with_for_update=True)
        if user is not None and user.status == UserStatus.PENDING:
            user.status, user.updated_at = UserStatus.ACTIVE, now

    async def _add(self, session: AsyncSession, email: str, kept: str) -> None:
        """Add user, event and mail in one transaction, unless the address has an account."""
        now, user_id = self._clock(), new_id()
        added = await session.exec(
            insert(User)
            .values(
                id=user_id,
                email=email,
                password_hash=kept,
                status=UserStatus.PENDING,
                failed_count=0,
                version=1,
                created_at=now,
                updated_at=now,
            )
            .on_conflict_do_nothing(index_elements=[func.lower(col(User.email))])
            .returning(col(User.id))
        )
        if added.first() is None:
            owner = await by_email(session, email)
            if owner is not None and await self._attempts.may_write(session, email, now):
                await ask_mail(session, MailKind.ALREADY_REGISTERED, owner.id)
            return
        record(session, EventType.REGISTERED, user_id, now)
        await ask_mail(session, MailKind.VERIFICATION, user_id)
