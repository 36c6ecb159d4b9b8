"""Tokens that are sent by mail: each counts once, for a while, for one purpose."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from service_kit import new_id
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from auth_service.digests import digest
from auth_service.errors import TokenSpent
from auth_service.models import OneTimeToken
from auth_service.models.mail_tokens import Purpose


def issue(
    session: AsyncSession,
    user_id: UUID,
    purpose: Purpose,
    token: str,
    *,
    now: datetime,
    lifetime: timedelta,
) -> None:
    """Keep the digest of a token that is about to be sent."""
    session.add(
        OneTimeToken(
            id=new_id(),
            user_id=user_id,
            purpose=purpose,
            digest=digest(token),
            created_at=now,
            expires_at=now + lifetime,
        )
    )


async def counts(session: AsyncSession, token: str, purpose: Purpose, now: datetime) -> None:
    """See that a token counts, without using it up.

    Raises:
        TokenSpent: it does not.
    """
    found = (await session.exec(_of(token, purpose))).first()
    if found is None or found.used_at is not None or found.expires_at <= now:
        raise TokenSpent


async def spend(session: AsyncSession, token: str, purpose: Purpose, now: datetime) -> UUID:
    """Use a token up and return its user.

    Raises:
        TokenSpent: it was used, has expired, is for something else or never existed.
    """
    found = (await session.exec(_of(token, purpose).with_for_update())).first()
    if found is None or found.used_at is not None or found.expires_at <= now:
        raise TokenSpent
    found.used_at = now
    return found.user_id


async def withdraw(session: AsyncSession, user_id: UUID, purpose: Purpose, now: datetime) -> None:
    """Let no token of that purpose count any more that was sent to the user before."""
    await session.exec(
        update(OneTimeToken)
        .where(
            col(OneTimeToken.user_id) == user_id,
            col(OneTimeToken.purpose) == purpose,
            col(OneTimeToken.used_at).is_(None),
        )
        .values(used_at=now)
    )


async def sent_since(
    session: AsyncSession, user_id: UUID, purpose: Purpose, moment: datetime
) -> bool:
    """Whether a token of that purpose was sent to the user after that moment."""
    sent = select(OneTimeToken.id).where(
        col(OneTimeToken.user_id) == user_id,
        col(OneTimeToken.purpose) == purpose,
        col(OneTimeToken.created_at) > moment,
    )
    return (await session.exec(sent.limit(1))).first() is not None


def _of(token: str, purpose: Purpose) -> SelectOfScalar[OneTimeToken]:
    return select(OneTimeToken).where(
        col(OneTimeToken.digest) == digest(token), col(OneTimeToken.purpose) == purpose
    )
