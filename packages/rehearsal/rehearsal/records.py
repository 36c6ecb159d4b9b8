"""Records: one line for each request, with what was sent, what came back and when.

The traffic writes them, the history check and the report read them. Times are Unix seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from rehearsal.exchanged import BalanceSeen, IntentSeen, RefundSeen, Sent, Shown

PREPARE, RUN, FINAL = "prepare", "run", "final"
"""Phases: before the clock starts, by the schedule, and reading back after it."""

HASHING = frozenset({"register", "login"})
"""Kinds that hash a password; they are reported apart."""

WRITES = frozenset(
    {*HASHING, "refresh", "create", "confirm", "capture", "refund", "insert", "update", "delete"}
)
"""Kinds that change something."""


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
