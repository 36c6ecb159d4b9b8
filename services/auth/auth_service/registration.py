"""Registering and verifying an address, without telling which addresses have accounts."""

from __future__ import annotations

from datetime import timedelta

from service_kit import Clock, new_id
from shared_db import Database
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.attempts import Attempts
from auth_service.digests import new_token
from auth_service.events import EventType, record
from auth_service.mail import Mail
from auth_service.mail.texts import already_registered, verification
from auth_service.models import User
from auth_service.models.accounts import UserStatus
from auth_service.models.mail_tokens import Purpose
from auth_service.one_time_tokens import issue, spend
from auth_service.passwords import PasswordHasher, refuse_common


class Registration:
    """The way from an address to an active account.

    Args:
        database: where accounts are kept.
        hasher: hashes passwords.
        attempts: counts mails.
        clock: gives the time.
        hours: for which a verification counts.
        url: what links begin with.
    """

    def __init__(
        self,
        database: Database,
        hasher: PasswordHasher,
        attempts: Attempts,
        clock: Clock,
        *,
        hours: int,
        url: str,
    ) -> None:
        self._database = database
        self._hasher = hasher
        self._attempts = attempts
        self._clock = clock
        self._hours = hours
        self._url = url

    async def register(self, email: str, password: str) -> Mail | None:
        """Make an account, or write to the one that exists; both look the same from outside.

        Returns:
            The mail, to be sent when the reply has left; None where one was sent just before, so
            that nobody's mailbox is flooded.

        Raises:
            PasswordRefused: the password is too common.
        """
        refuse_common(password)
        kept = await self._hasher.hash(password)
        token = new_token()
        return await self._database.run(self._add, email, kept, token)

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

    async def _add(self, session: AsyncSession, email: str, kept: str, token: str) -> Mail | None:
        """Add user, token and event in one transaction, unless the address has an account."""
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
            may = await self._attempts.may_write(session, email, now)
            return already_registered(email) if may else None
        issue(
            session,
            user_id,
            Purpose.VERIFY_EMAIL,
            token,
            now=now,
            lifetime=timedelta(hours=self._hours),
        )
        record(session, EventType.REGISTERED, user_id, now)
        return verification(email, self._url, token, self._hours)
