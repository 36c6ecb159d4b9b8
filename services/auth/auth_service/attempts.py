"""Failed logins: counted per account and per address, in tables that all processes share.

An address without an account is counted and locked as one with an account, so that a lock does not
tell which addresses have accounts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.models import LoginAttempt, User

_MOST_DOUBLINGS = 16
_FORGOTTEN_AFTER = timedelta(days=1)
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Limits:
    """When logging in is refused.

    Args:
        lock_after: wrong passwords in a row after which an account is locked.
        lock: how long at first; it doubles with each further failure.
        longest_lock: how long at most, so that nobody can shut the owner out for good.
        address_failures: failures per network address and window.
        window: the length of that window.
    """

    lock_after: int
    lock: timedelta
    longest_lock: timedelta
    address_failures: int
    window: timedelta

    def locked_until(self, failures: int, now: datetime) -> datetime | None:
        """Until when an account is locked after so many failures in a row."""
        beyond = failures - self.lock_after
        if beyond < 0:
            return None
        lock: timedelta = self.lock * 2 ** min(beyond, _MOST_DOUBLINGS)
        return now + min(lock, self.longest_lock)


class Attempts:
    """Counts failures and tells how long to wait.

    Args:
        limits: when logging in is refused.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    async def wait(
        self, session: AsyncSession, email: str, user: User | None, address: str, now: datetime
    ) -> float:
        """Seconds until this account may be tried from this address; 0 when it may now."""
        window = self._window(now)
        row = await session.get(LoginAttempt, (_digest("address", address), window))
        waits = [0.0]
        if row is not None and row.failures >= self._limits.address_failures:
            waits.append((window + self._limits.window - now).total_seconds())
        locked = user.locked_until if user else await self._shadow_lock(session, email)
        if locked is not None:
            waits.append((locked - now).total_seconds())
        return max(waits)

    async def failed(
        self, session: AsyncSession, email: str, user_id: UUID | None, address: str, now: datetime
    ) -> None:
        """Count a failure."""
        await _count(session, _digest("address", address), self._window(now), None)
        if user_id is None:
            await self._count_shadow(session, email, now)
        else:
            await self._count_user(session, user_id, now)
        await self._forget(session, now)

    async def _count_user(self, session: AsyncSession, user_id: UUID, now: datetime) -> None:
        user = await session.get(User, user_id, with_for_update=True)
        if user is None:
            return
        if user.locked_until is not None and now - user.locked_until > _FORGOTTEN_AFTER:
            user.failed_count = 0
        user.failed_count += 1
        user.locked_until = self._limits.locked_until(user.failed_count, now)

    async def _count_shadow(self, session: AsyncSession, email: str, now: datetime) -> None:
        """The same for an address without an account."""
        source = _digest("account", email.lower())
        failures = await _count(session, source, _EARLIEST, now)
        row = await session.get(LoginAttempt, (source, _EARLIEST), populate_existing=True)
        if row is not None:
            row.locked_until = self._limits.locked_until(failures, now)

    async def _shadow_lock(self, session: AsyncSession, email: str) -> datetime | None:
        row = await session.get(LoginAttempt, (_digest("account", email.lower()), _EARLIEST))
        return row.locked_until if row else None

    async def _forget(self, session: AsyncSession, now: datetime) -> None:
        """Delete a few rows that no longer count."""
        old = col(LoginAttempt.changed_at) < now - _FORGOTTEN_AFTER
        few = select(LoginAttempt.source).where(old).limit(20).scalar_subquery()
        await session.exec(delete(LoginAttempt).where(old, col(LoginAttempt.source).in_(few)))

    def _window(self, now: datetime) -> datetime:
        length = self._limits.window.total_seconds()
        return datetime.fromtimestamp(now.timestamp() // length * length, UTC)


async def _count(
    session: AsyncSession, source: bytes, window: datetime, now: datetime | None
) -> int:
    """Add one to a counter, of which twins may add at the same time; the new count."""
    row = insert(LoginAttempt).values(
        source=source, window_start=window, failures=1, changed_at=now or window
    )
    counted = await session.exec(
        row.on_conflict_do_update(
            index_elements=["source", "window_start"],
            set_={
                "failures": col(LoginAttempt.failures) + 1,
                "changed_at": row.excluded.changed_at,
            },
        ).returning(col(LoginAttempt.failures))
    )
    return int(counted.scalar_one())


def _digest(kind: str, value: str) -> bytes:
    return hashlib.sha256(f"{kind}:{value}".encode("utf-8", "surrogatepass")).digest()
