"""Mails as jobs: asked for in the transaction of what they tell of, written when they leave.

A job holds the id of an account and what the mail is about, no address and no token: tokens are
made when the mail is written, and only their digests are kept. A worker that dies is followed by
another one, which writes the mail anew; a recipient knows a repeated mail by its Message-ID.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from service_kit import Clock
from service_kit.jobs import Job, JobHandler, enqueue, forget_jobs
from shared_db import Database
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service import one_time_tokens
from auth_service.digests import new_token
from auth_service.mail import Mail, Mailer
from auth_service.mail.texts import already_registered, password_changed, reset, verification
from auth_service.models import User
from auth_service.models.accounts import UserStatus
from auth_service.models.mail_tokens import Purpose

MAIL = "mail"
_SCHEMA = "auth"
_TOLD = (UserStatus.PENDING, UserStatus.ACTIVE)
_PAUSE = timedelta(minutes=1)
"""Between two mails to one account, however often somebody asks."""


class MailKind(StrEnum):
    """What a mail is about."""

    VERIFICATION = "verification"
    ALREADY_REGISTERED = "already_registered"
    FORGOTTEN = "forgotten"
    INVITATION = "invitation"
    CHANGED = "changed"


async def ask_mail(session: AsyncSession, kind: MailKind, user_id: UUID) -> None:
    """Have a mail sent if the transaction commits; one that is not sent yet is enough.

    Args:
        session: the transaction.
        kind: what it is about.
        user_id: whom to; an id without an account costs the same and nothing is sent.
    """
    payload = {"mail": kind.value, "user_id": str(user_id)}
    await enqueue(session, _SCHEMA, MAIL, payload, unique_key=f"{kind.value}:{user_id}")


async def forget_mails(session: AsyncSession, user_id: UUID) -> None:
    """Send no mail any more that was asked for."""
    await forget_jobs(session, _SCHEMA, MAIL, {"user_id": str(user_id)})


@dataclass(frozen=True)
class Mailing:
    """Writes and sends mails.

    Args:
        database: where accounts are kept.
        mailer: sends.
        clock: gives the time.
        hours: for which a verification counts.
        minutes: for which a reset counts.
        url: what links begin with.
    """

    database: Database
    mailer: Mailer
    clock: Clock
    hours: int
    minutes: int
    url: str

    @property
    def handler(self) -> JobHandler:
        """How the jobs are done: for some ten hours, with growing pauses."""
        return JobHandler(self._send, attempts=20, lease=15.0)

    async def _send(self, job: Job) -> None:
        mail = await self.database.run(self._write, job, new_token())
        if mail is not None:
            await self.mailer.send(replace(mail, id=job.id))

    async def _write(self, session: AsyncSession, job: Job, token: str) -> Mail | None:
        kind, user_id = MailKind(job.payload["mail"]), UUID(job.payload["user_id"])
        user = await session.get(User, user_id, with_for_update=True)
        if user is None or user.status == UserStatus.ERASED:
            return None
        match kind:
            case MailKind.VERIFICATION:
                return self._verification(session, user, token)
            case MailKind.ALREADY_REGISTERED:
                return already_registered(user.email)
            case MailKind.CHANGED:
                return password_changed(user.email)
            case MailKind.FORGOTTEN:
                if user.status not in _TOLD or await self._just_sent(session, job, user):
                    return None
        return await self._reset(session, user, token)

    def _verification(self, session: AsyncSession, user: User, token: str) -> Mail | None:
        if user.status != UserStatus.PENDING:
            return None
        self._issue(session, user, Purpose.VERIFY_EMAIL, token, timedelta(hours=self.hours))
        return verification(user.email, self.url, token, self.hours)

    async def _reset(self, session: AsyncSession, user: User, token: str) -> Mail:
        """Only the newest token counts."""
        purpose = Purpose.RESET_PASSWORD
        await one_time_tokens.withdraw(session, user.id, purpose, self.clock())
        self._issue(session, user, purpose, token, timedelta(minutes=self.minutes))
        return reset(user.email, self.url, token, self.minutes)

    async def _just_sent(self, session: AsyncSession, job: Job, user: User) -> bool:
        """Whether a mail has left just now; a token of this job's own was perhaps not sent."""
        since = self.clock() - _PAUSE
        sent = await one_time_tokens.sent_since(session, user.id, Purpose.RESET_PASSWORD, since)
        return sent and job.attempt == 1

    def _issue(
        self, session: AsyncSession, user: User, purpose: Purpose, token: str, lifetime: timedelta
    ) -> None:
        now = self.clock()
        one_time_tokens.issue(session, user.id, purpose, token, now=now, lifetime=lifetime)
