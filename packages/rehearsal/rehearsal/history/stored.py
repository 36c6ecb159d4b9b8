"""What the databases hold of the traffic, where the API gives no answer."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Effect:
    """A row that an effect on a payment has left: a capture, a charge, an event and so on.

    Args:
        table: its table.
        id: its key.
        intent: the payment intent.
        kind: which request causes it: ``confirm``, ``capture`` or ``refund``.
        amount: in minor units.
    """

    table: str
    id: str
    intent: str
    kind: str
    amount: int


@dataclass(frozen=True)
class StoredKey:
    """An idempotency key with the status that it was answered with."""

    key: str
    route: str
    status: int | None


@dataclass(frozen=True)
class StoredToken:
    """A refresh token; ``parent`` is the digest of the token that it was given for."""

    digest: str
    parent: str | None
    used: bool
    revoked: bool


@dataclass(frozen=True)
class Stored:
    """The rows that the traffic should have left.

    Args:
        effects: of payments.
        keys: of requests that move money.
        tokens: of the clients' sessions.
        accounts: how often each registered address is there, and its event.
        violations: rules of the whole database that do not hold, each as a sentence with its rows.
    """

    effects: list[Effect] = field(default_factory=list)
    keys: list[StoredKey] = field(default_factory=list)
    tokens: list[StoredToken] = field(default_factory=list)
    accounts: dict[str, tuple[int, int]] = field(default_factory=dict)
    violations: list[tuple[str, str]] = field(default_factory=list)
