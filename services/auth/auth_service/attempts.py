"""Attempts to log in: counted before the password is looked at, in tables that processes share.

Three counters stand between a guesser and an account:

- Each network address has so many attempts without success in a window, whatever the account.
- Strangers to an account, wherever they are, share one counter. Beyond a few attempts in a row each
  further one locks strangers out for twice as long, a quarter of an hour at most.
- A *familiar* source, an address or a device from which the owner has logged in or reset the
  password, has a counter of its own with the same delays. What strangers do does not count there.

So nobody else's guesses can shut the owner out: they log in from where they have done so before, or
reset the password by mail, which makes the new place familiar. This is what NIST SP 800-63B, 5.2.2
proposes (growing delays, and addresses with a successful login behind them), and the device cookies
of OWASP's Authentication Cheat Sheet ("Slow Down Online Guessing Attacks with Device Cookies").

An attempt is counted, in one committed transaction, before its password is verified, and taken back
when it succeeds: of guesses sent at once no more are verified than one after the other. An address
without an account is counted and locked as one with an account, so that a lock does not tell which
addresses have accounts.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.devices import Devices
from auth_service.errors import TooManyAttempts, TooManyRequests
from auth_service.limits import Limits
from auth_service.models import FamiliarSource, LoginAttempt, User
from auth_service.origin import Origin, digest_of

FAMILIAR_FOR = timedelta(days=90)
"""A source that the owner has not used for so long is strange again."""

_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_NOBODY = UUID(int=0)


class Attempts:
    """Counts attempts and refuses those that come too fast.

    Rows are locked in one order, the address before the account, here and in ``forgive``.

    Args:
        limits: when logging in is refused.
        devices: recognises those on which the owner has logged in.
    """

    def __init__(self, limits: Limits, devices: Devices) -> None:
        self._limits = limits
        self._devices = devices

    async def take(
        self, session: AsyncSession, email: str, user: User | None, origin: Origin, now: datetime
    ) -> bool:
        """Count an attempt whose password is about to be verified.

        Returns:
            Whether it comes from a familiar source.

        Raises:
            TooManyAttempts: it must not be verified; the transaction has to be rolled back.
        """
        await self._take_of_address(session, origin, now)
        familiar = await self._familiar(session, user.id if user else _NOBODY, origin, now)
        if familiar is not None and user is not None:
            await self._take_of_source(session, _of_familiar(user.id, familiar), now)
        elif user is not None:
            await self._take_of_strangers(session, user.id, now)
        else:
            await self._take_of_source(session, digest_of("account", email.lower()), now)
        return familiar is not None

    async def forgive(
        self,
        session: AsyncSession,
        user_id: UUID,
        origin: Origin,
        now: datetime,
        *,
        strangers: bool,
    ) -> User | None:
        """Take the attempts back of an owner who has shown the password.

        Args:
            session: the transaction; the account stays locked for update until it ends.
            user_id: the account.
            origin: from where.
            now: the time.
            strangers: also those of strangers, among whom the owner was, or who no longer know
                the password that they guess at.

        Returns:
            The account.
        """
        await session.exec(
            update(LoginAttempt)
            .where(
                col(LoginAttempt.source) == _of_address(origin),
                col(LoginAttempt.window_start) == self._window(now),
                col(LoginAttempt.failures) > 0,
            )
            .values(failures=col(LoginAttempt.failures) - 1)
        )
        user = await session.get(User, user_id, with_for_update=True, populate_existing=True)
        if user is not None:
            if strangers:
                user.failed_count, user.locked_until = 0, None
            mine = [_of_familiar(user_id, s) for s in (origin.by_device, origin.by_address)]
            await session.exec(delete(LoginAttempt).where(col(LoginAttempt.source).in_(mine)))
        return user

    async def remember(
        self, session: AsyncSession, user_id: UUID, origin: Origin, now: datetime
    ) -> None:
        """Make an address familiar, from which the owner has acted."""
        row = insert(FamiliarSource).values(user_id=user_id, source=origin.by_address, seen_at=now)
        seen = row.on_conflict_do_update(
            index_elements=["user_id", "source"], set_={"seen_at": row.excluded.seen_at}
        )
        await session.exec(seen)

    async def take_request(self, session: AsyncSession, origin: Origin, now: datetime) -> None:
        """Count a request that anybody may make and that costs a mail or a hash.

        Raises:
            TooManyRequests: too many came from there in this window.
        """
        window = self._window(now)
        source = digest_of("requests", origin.by_address.hex())
        counted = await _add_one(session, source, window, now)
        if counted.failures > self._limits.address_requests:
            raise TooManyRequests((window + self._limits.window - now).total_seconds())

    async def may_write(self, session: AsyncSession, email: str, now: datetime) -> bool:
        """Whether a mail that anybody can ask for may go to an address: one in a window may."""
        row = await _add_one(session, digest_of("mail", email.lower()), self._window(now), now)
        return row.failures == 1

    async def _take_of_address(self, session: AsyncSession, origin: Origin, now: datetime) -> None:
        window = self._window(now)
        counted = await _add_one(session, _of_address(origin), window, now)
        if counted.failures > self._limits.address_failures:
            raise TooManyAttempts((window + self._limits.window - now).total_seconds())

    async def _take_of_strangers(self, session: AsyncSession, user_id: UUID, now: datetime) -> None:
        user = await session.get(User, user_id, with_for_update=True, populate_existing=True)
        if user is not None:
            user.failed_count, user.locked_until = self._limits.next(
                user.failed_count, user.locked_until, now
            )

    async def _take_of_source(self, session: AsyncSession, source: bytes, now: datetime) -> None:
        row = await _add_one(session, source, _ALWAYS, now)
        row.failures, row.locked_until = self._limits.next(row.failures - 1, row.locked_until, now)

    async def _familiar(
        self, session: AsyncSession, user_id: UUID, origin: Origin, now: datetime
    ) -> bytes | None:
        """The source by which the owner is recognised, the device before the address."""
        known = await session.exec(
            select(FamiliarSource).where(
                col(FamiliarSource.user_id) == user_id,
                col(FamiliarSource.source) == origin.by_address,
                col(FamiliarSource.seen_at) > now - FAMILIAR_FOR,
            )
        )
        address = known.first()
        if self._devices.recognises(origin.device, user_id, now):
            return origin.by_device
        return address.source if address else None

    def _window(self, now: datetime) -> datetime:
        length = self._limits.window.total_seconds()
        return datetime.fromtimestamp(now.timestamp() // length * length, UTC)


async def _add_one(
    session: AsyncSession, source: bytes, window: datetime, now: datetime
) -> LoginAttempt:
    """Add one to a counter to which twins may add at the same time; the row, locked."""
    row = insert(LoginAttempt).values(
        source=source, window_start=window, failures=1, changed_at=now
    )
    added = row.on_conflict_do_update(
        index_elements=["source", "window_start"],
        set_={"failures": col(LoginAttempt.failures) + 1, "changed_at": row.excluded.changed_at},
    )
    counted = await session.exec(
        added.returning(LoginAttempt), execution_options={"populate_existing": True}
    )
    found: LoginAttempt = counted.scalar_one()
    return found


def _of_address(origin: Origin) -> bytes:
    return digest_of("attempts", origin.by_address.hex())


def _of_familiar(user_id: UUID, source: bytes) -> bytes:
    return digest_of("familiar", f"{user_id}:{source.hex()}")
