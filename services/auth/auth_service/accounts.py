"""What administrators do to accounts: suspend, reinstate, erase.

Each is one transaction with its event, locks the account before its sessions, and may be repeated:
the second time changes nothing and tells nobody.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.errors import UserNotFound
from auth_service.events import EventType, record
from auth_service.mailing import forget_mails
from auth_service.models import (
    FamiliarSource,
    OneTimeToken,
    RefreshToken,
    Session,
    User,
    UserRole,
)
from auth_service.models.accounts import UserStatus
from auth_service.sessions import Sessions

_NO_HASH = "!"
"""No password fits it."""


async def present(session: AsyncSession, user_id: UUID, *, erased: bool = False) -> User:
    """An account, locked for update.

    Args:
        session: the transaction.
        user_id: whose.
        erased: also one that was erased.

    Raises:
        UserNotFound: there is none.
    """
    user = await session.get(User, user_id, with_for_update=True)
    if user is None or (user.status == UserStatus.ERASED and not erased):
        raise UserNotFound(f"There is no account {user_id}.")
    return user


async def suspend(session: AsyncSession, user_id: UUID, sessions: Sessions, now: datetime) -> User:
    """Let an account do nothing until it is reinstated; its sessions end."""
    user = await present(session, user_id)
    if user.status != UserStatus.SUSPENDED:
        user.status_before, user.status = user.status, UserStatus.SUSPENDED
        _changed(user, now)
        record(session, EventType.SUSPENDED, user_id, now)
    await sessions.end_all(session, user_id)
    return user


async def reinstate(session: AsyncSession, user_id: UUID, now: datetime) -> User:
    """Take a suspension back; an address that was not verified before is not verified now."""
    user = await present(session, user_id)
    if user.status == UserStatus.SUSPENDED:
        user.status, user.status_before = user.status_before or UserStatus.ACTIVE, None
        _changed(user, now)
        record(session, EventType.REINSTATED, user_id, now)
    return user


async def erase(session: AsyncSession, user_id: UUID, sessions: Sessions, now: datetime) -> None:
    """Forget who an account belongs to; its id stays, for what other services keep under it."""
    user = await present(session, user_id, erased=True)
    if user.status == UserStatus.ERASED:
        return
    await sessions.end_all(session, user_id)
    await forget_mails(session, user_id)
    of_user = select(Session.id).where(col(Session.user_id) == user_id).scalar_subquery()
    await session.exec(delete(RefreshToken).where(col(RefreshToken.session_id).in_(of_user)))
    for table in (OneTimeToken, FamiliarSource, UserRole):
        await session.exec(delete(table).where(col(table.user_id) == user_id))
    user.email, user.password_hash = f"erased-{user_id}@erased.invalid", _NO_HASH
    user.status, user.status_before = UserStatus.ERASED, None
    user.failed_count, user.locked_until = 0, None
    _changed(user, now)
    record(session, EventType.ERASED, user_id, now)


def _changed(user: User, now: datetime) -> None:
    user.version += 1
    user.updated_at = now
