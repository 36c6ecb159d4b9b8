"""The events that the moves append to a file, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Phase:
    """A phase of a service's move, in Unix seconds."""

    service: str
    phase: str
    begin: float
    end: float


@dataclass(frozen=True)
class Hold:
    """An attempt to hold writes: for a verification, a cut or a rollback.

    Args:
        service: whose writes.
        kind: ``verify``, ``cut`` or ``rollback``.
        ok: whether it did what it was for.
        begin: when the lock was asked for, Unix seconds.
        end: when it was committed or given up.
        hold_ms: milliseconds between the two.
        reason: why it was given up.
    """

    service: str
    kind: str
    ok: bool
    begin: float
    end: float
    hold_ms: float
    reason: str = ""


@dataclass(frozen=True)
class Compared:
    """A table of which every row was compared."""

    service: str
    kind: str
    table: str
    rows: int
    equal: bool
    seconds: float
    differences: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Copied:
    """How far a copy has come."""

    service: str
    at: float
    bytes_done: int
    bytes_total: int


@dataclass(frozen=True)
class Lag:
    """How many bytes of changes the target has not applied yet."""

    service: str
    at: float
    bytes: int


@dataclass(frozen=True)
class CopyDone:
    """A finished copy."""

    service: str
    seconds: float
    rows: int
    bytes: int


@dataclass
class Events:
    """All events of a run, by kind."""

    phases: list[Phase] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    compared: list[Compared] = field(default_factory=list)
    copied: list[Copied] = field(default_factory=list)
    lags: list[Lag] = field(default_factory=list)
    copies: list[CopyDone] = field(default_factory=list)

    @classmethod
    def of_lines(cls, lines: Iterator[dict[str, Any]]) -> Events:
        """Sort events by kind; a phase that never ended lasts to the last event."""
        events, begun, last = cls(), {}, 0.0
        for line in lines:
            at, service = float(line["at"]), str(line["service"])
            last = max(last, at)
            match line["event"]:
                case "phase" if line["state"] == "begin":
                    begun[service, line["phase"]] = at
                case "phase":
                    begin = begun.pop((service, line["phase"]), at)
                    events.phases.append(Phase(service, line["phase"], begin, at))
                case "hold":
                    names = ("kind", "ok", "begin", "end", "hold_ms")
                    values = {name: line[name] for name in names}
                    events.holds.append(Hold(service, **values, reason=line.get("reason", "")))
                case "table":
                    events.compared.append(_compared(service, line))
                case "copy":
                    done, total = line["bytes_done"], line["bytes_total"]
                    events.copied.append(Copied(service, at, done, total))
                case "lag":
                    events.lags.append(Lag(service, at, line["bytes"]))
                case "done" if line.get("phase") == "copy":
                    events.copies.append(
                        CopyDone(service, line["seconds"], line["rows"], line["bytes"])
                    )
        events.phases += [Phase(*key, begin, last) for key, begin in begun.items()]
        events.phases.sort(key=lambda phase: phase.begin)
        return events


def read_events(file: Path) -> Events:
    """The events in a file; one that is not there holds none.

    A last line that a kill has cut off is left out.
    """
    if not file.exists():
        return Events()
    with file.open(encoding="utf-8") as lines:
        return Events.of_lines(json.loads(line) for line in lines if line.endswith("\n"))


def _compared(service: str, line: dict[str, Any]) -> Compared:
    return Compared(
        service,
        line.get("kind", "verify"),
        line["table"],
        line["rows"],
        line["equal"],
        line["seconds"],
        line.get("differences") or [],
    )
