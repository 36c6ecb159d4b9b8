"""How many attempts are too many, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from auth_service.errors import TooManyAttempts

FORGOTTEN_AFTER = timedelta(days=1)
"""After a lock has ended, failures count for so long."""

_MOST_DOUBLINGS = 16


@dataclass(frozen=True)
class Limits:
    """When logging in is refused.

    Args:
        lock_after: attempts in a row without success after which a counter locks.
        lock: how long at first; it doubles with each further attempt.
        longest_lock: how long at most.
        address_failures: attempts without success per network address and window.
        address_requests: registrations and forgotten passwords per network address and window.
        window: the length of that window.
    """

    lock_after: int
    lock: timedelta
    longest_lock: timedelta
    address_failures: int
    address_requests: int
    window: timedelta

    def locked_until(self, failures: int, now: datetime) -> datetime | None:
        """Until when a counter is locked after so many attempts in a row."""
        beyond = failures - self.lock_after
        if beyond < 0:
            return None
        lock: timedelta = self.lock * 2 ** min(beyond, _MOST_DOUBLINGS)
        return now + min(lock, self.longest_lock)

    def next(
        self, failures: int, locked_until: datetime | None, now: datetime
    ) -> tuple[int, datetime | None]:
        """A counter after one more attempt.

        Raises:
            TooManyAttempts: it is locked.
        """
        if locked_until is not None and locked_until > now:
            raise TooManyAttempts((locked_until - now).total_seconds())
        if locked_until is not None and now - locked_until > FORGOTTEN_AFTER:
            failures = 0
        return failures + 1, self.locked_until(failures + 1, now)
