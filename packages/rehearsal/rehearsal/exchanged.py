"""What a request asks for, and what its reply shows: the parts of a record."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class IntentSeen:
    """A payment intent as a reply showed it; ``request`` is the key of the request that made it."""

    id: str
    status: str
    amount: int
    currency: str
    captured: int
    refunded: int
    request: str = ""


@dataclass(slots=True)
class RefundSeen:
    """A refund as a reply showed it."""

    id: str
    intent: str
    amount: int
    currency: str
    status: str


@dataclass(slots=True)
class BalanceSeen:
    """A balance of the ledger as a reply showed it: debits positive, credits negative."""

    account: str
    currency: str
    balance: int


@dataclass(slots=True)
class Sent:
    """What a request asked for.

    Args:
        key: the ``Idempotency-Key``.
        intent: the payment intent that it is about.
        refund: the refund that it reads.
        amount: in minor units of ``currency``.
        currency: ISO 4217 code.
        email: the address that is registered or logged in.
        token: SHA-256 of the refresh token that was handed in, in hexadecimal digits.
    """

    key: str = ""
    intent: str = ""
    refund: str = ""
    amount: int = 0
    currency: str = ""
    email: str = ""
    token: str = ""


@dataclass(slots=True)
class Shown:
    """What a reply showed.

    Args:
        intents: payment intents, in the order of the reply.
        refunds: refunds.
        balances: of the caller's part of the ledger.
        more: whether the list goes on behind these intents.
        token: SHA-256 of the refresh token that was given, in hexadecimal digits.
        email: the account's address.
    """

    intents: list[IntentSeen] = field(default_factory=list)
    refunds: list[RefundSeen] = field(default_factory=list)
    balances: list[BalanceSeen] = field(default_factory=list)
    more: bool = False
    token: str = ""
    email: str = ""
