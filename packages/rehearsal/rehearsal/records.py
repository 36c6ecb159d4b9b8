"""Records: one line for each request, with what was sent, what came back and when.

The traffic writes them, the history check and the report read them. Times are Unix seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

PREPARE, RUN, FINAL = "prepare", "run", "final"
"""Phases: before the clock starts, by the schedule, and reading back after it."""

HASHING = frozenset({"register", "login"})
"""Kinds that hash a password; they are reported apart."""

WRITES = frozenset({*HASHING, "refresh", "create", "confirm", "capture", "refund"})
"""Kinds that change something."""


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


@dataclass(slots=True)
class Record:
    """One request.

    Args:
        n: its number; unique in a run.
        phase: ``prepare``, ``run`` or ``final``.
        kind: what was asked, such as ``capture``.
        service: who was asked.
        client: the id of the user who asked.
        scheduled: when it should have started; latency counts from here.
        started: when it was handed to a connection.
        ended: when its reply was complete, or it was given up.
        status: the reply's status code, 0 without a reply.
        failure: why the reply is none that a correct client expects; empty if it is one.
        sent: what it asked for.
        shows: what the reply showed; None without an expected reply.
    """

    n: int
    phase: str
    kind: str
    service: str
    client: str
    scheduled: float
    started: float
    ended: float
    status: int
    failure: str
    sent: Sent
    shows: Shown | None

    @property
    def acknowledged(self) -> bool:
        """Whether the client was told that it was done."""
        return not self.failure

    @property
    def refused(self) -> bool:
        """Whether the client was told that it was not done; without a reply nobody knows."""
        return bool(self.failure) and 400 <= self.status < 500

    @property
    def latency(self) -> float:
        """Seconds from the scheduled instant to the complete reply."""
        return self.ended - self.scheduled


def encoded(record: Record) -> bytes:
    """The record as a line of JSON."""
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)


def decoded(line: bytes) -> Record:
    """The record that a line holds."""
    values: dict[str, Any] = orjson.loads(line)
    shows = values.pop("shows")
    return Record(**{**values, "sent": Sent(**values["sent"]), "shows": shows and _shown(shows)})


def read_records(file: Path) -> Iterator[Record]:
    """The records of a file; a last line that was cut off by a kill is left out."""
    with file.open("rb") as lines:
        for line in lines:
            if line.endswith(b"\n"):
                yield decoded(line)


def _shown(values: dict[str, Any]) -> Shown:
    return Shown(
        intents=[IntentSeen(**each) for each in values.pop("intents")],
        refunds=[RefundSeen(**each) for each in values.pop("refunds")],
        balances=[BalanceSeen(**each) for each in values.pop("balances")],
        **values,
    )
