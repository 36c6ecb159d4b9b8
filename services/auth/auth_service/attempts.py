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
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.counters import Counter, add_one, add_stranger, keep, keep_strangers
from auth_service.devices import Devices
from auth_service.errors import TooManyAttempts, TooManyRequests
from auth_service.limits import Limits
from auth_service.models import User
from auth_service.origin import Origin, digest_of
from auth_service.users import Nearest

FAMILIAR_FOR = timedelta(days=90)
"""A source that the owner has not used for so long is strange again."""

_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_NOBODY = UUID(int=0)

_FORGIVE: Any = (
    select(User)
    .from_statement(
        text("""
WITH address AS (
    UPDATE auth.login_attempts SET failures = failures - 1
     WHERE source = :address AND window_start = :window AND failures > 0
    RETURNING source
),
mine AS (
    DELETE FROM auth.login_attempts WHERE source = ANY(:mine)
)
SELECT users.*
  FROM auth.users
 WHERE id = :user AND (SELECT count(*) FROM address) >= 0
   FOR UPDATE
""")
    )
    .execution_options(populate_existing=True)
)
"""Asking for the address's row lets it be locked before the account's."""

_REMEMBER = text("""
INSERT INTO auth.familiar_sources (user_id, source, seen_at)
VALUES (:user, :source, :now)
ON CONFLICT (user_id, source) DO UPDATE SET seen_at = excluded.seen_at
""")


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
        self, session: AsyncSession, email: str, nearest: Nearest, origin: Origin, now: datetime
    ) -> bool:
        """Count an attempt whose password is about to be verified.

        Args:
            session: the transaction.
            email: what was entered.
            nearest: what ``account_or_neighbour`` found for it.
            origin: from where.
            now: the time.

        Returns:
            Whether it comes from a familiar source.

        Raises:
            TooManyAttempts: it must not be verified; the transaction has to be rolled back.
        """
        await self._take_of_address(session, origin, now)
        familiar, account = self._familiar(nearest, origin, now), nearest.account
        if account is None:
            await self._take_of_source(session, digest_of("account", email.lower()), now)
        elif familiar is not None:
            await self._take_of_source(session, _of_familiar(account.id, familiar), now)
        else:
            await self._take_of_strangers(session, account.id, now)
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
        mine = [_of_familiar(user_id, one) for one in (origin.by_device, origin.by_address)]
        named = {
            "user": user_id,
            "address": _of_address(origin),
            "window": self._window(now),
            "mine": mine,
        }
        user: User | None = (await session.exec(_FORGIVE, params=named)).scalar_one_or_none()
        if user is not None and strangers:
            user.failed_count, user.locked_until = 0, None
        return user

    async def remember(
        self, session: AsyncSession, user_id: UUID, origin: Origin, now: datetime
    ) -> None:
        """Make an address familiar, from which the owner has acted."""
        connection = await session.connection()
        named = {"user": user_id, "source": origin.by_address, "now": now}
        await connection.execute(_REMEMBER, named)

    async def take_request(self, session: AsyncSession, origin: Origin, now: datetime) -> None:
        """Count a request that anybody may make and that costs a mail or a hash.

        Raises:
            TooManyRequests: too many came from there in this window.
        """
        window = self._window(now)
        source = digest_of("requests", origin.by_address.hex())
        counted = await add_one(session, source, window, now)
        if counted.failures > self._limits.address_requests:
            raise TooManyRequests((window + self._limits.window - now).total_seconds())

    async def may_write(self, session: AsyncSession, email: str, now: datetime) -> bool:
        """Whether a mail that anybody can ask for may go to an address: one in a window may."""
        row = await add_one(session, digest_of("mail", email.lower()), self._window(now), now)
        return row.failures == 1

    async def _take_of_address(self, session: AsyncSession, origin: Origin, now: datetime) -> None:
        window = self._window(now)
        counted = await add_one(session, _of_address(origin), window, now)
        if counted.failures > self._limits.address_failures:
            raise TooManyAttempts((window + self._limits.window - now).total_seconds())

    async def _take_of_strangers(self, session: AsyncSession, user_id: UUID, now: datetime) -> None:
        counted = await add_stranger(session, user_id)
        following = self._following(counted, now)
        if following != counted:
            await keep_strangers(session, user_id, following)

    async def _take_of_source(self, session: AsyncSession, source: bytes, now: datetime) -> None:
        counted = await add_one(session, source, _ALWAYS, now)
        following = self._following(counted, now)
        if following != counted:
            await keep(session, source, _ALWAYS, following)

    def _following(self, counted: Counter, now: datetime) -> Counter:
        """What the limits make of a counter to which one was added."""
        return Counter(*self._limits.next(counted.failures - 1, counted.locked_until, now))

    def _familiar(self, nearest: Nearest, origin: Origin, now: datetime) -> bytes | None:
        """The source by which the owner is recognised, the device before the address."""
        owner = nearest.account.id if nearest.account else _NOBODY
        if self._devices.recognises(origin.device, owner, now):
            return origin.by_device
        return origin.by_address if nearest.account and nearest.address_is_familiar else None

    def _window(self, now: datetime) -> datetime:
        length = self._limits.window.total_seconds()
        return datetime.fromtimestamp(now.timestamp() // length * length, UTC)


def _of_address(origin: Origin) -> bytes:
    return digest_of("attempts", origin.by_address.hex())


def _of_familiar(user_id: UUID, source: bytes) -> bytes:
    return digest_of("familiar", f"{user_id}:{source.hex()}")
