"""How much is seeded, and when it pretends to have been written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

PASSWORD = "a phrase of the rehearsal"  # noqa: S105 - accounts of a throwaway database
PASSWORD_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$6mk69P8n/y8Qxxhfx3rahw"  # noqa: S105 - the hash of it
    "$7Y1PoryU3fojml0WbKMJsHhb/B3Dd49chyz0L1FI4B4"
)

_PERIOD = timedelta(days=60)
_AGE = timedelta(days=4)
_PAYMENTS_PER_USER = 100


@dataclass(frozen=True)
class Seed:
    """The parameters on which every seeded row depends.

    Args:
        payments: how many payment intents.
        users: how many accounts; payments are spread over them.
        until: when the last payment was made; its refund may be a day younger.
    """

    payments: int
    users: int
    until: datetime

    @classmethod
    def of_payments(cls, payments: int, now: datetime) -> Seed:
        """A hundred payments for each user, ended long enough ago for all retention times."""
        users = max(payments // _PAYMENTS_PER_USER, 1)
        return cls(payments, users, (now - _AGE).replace(microsecond=0))

    def emails(self) -> list[str]:
        """The addresses of the accounts; ``PASSWORD`` opens each of them."""
        return [f"user{number}@seed.example" for number in range(1, self.users + 1)]

    def parameters(self, first: int, last: int) -> dict[str, Any]:
        """What the statements take, for the payments or users from ``first`` to ``last``."""
        return {
            "first": first,
            "last": last,
            "users": self.users,
            "begin": self.until - _PERIOD,
            "step": _PERIOD / self.payments,
            "password_hash": PASSWORD_HASH,
            "boundary": self.until + timedelta(days=2),
        }
