"""What a move looks like on a terminal: a line for each phase, a bar while it copies."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from shared_db.cli.output import say
from shared_db.move.telling import Event

if TYPE_CHECKING:
    from shared_db.cli.copy_bar import CopyBar

_PHASES = {
    "check": "looking for what stands in the way",
    "prepare": "preparing the target",
    "copy": "copying",
    "follow": "following the writes",
    "verify": "comparing every row",
    "reverse": "laying the way back",
    "warm": "waiting for warm connections",
    "cut": "cutting over",
    "rollback": "going back",
    "compare": "comparing every row of the moment of the cut",
    "finish": "ending the way back",
    "abort": "undoing",
}


class Progress:
    """Shows events on the terminal; without a terminal, as plain lines.

    Args:
        quiet: show nothing, for output that programs read.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: CopyBar | None = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def tell(self, event: Event) -> None:
        """Show one event."""
        if event["event"] == "copy":
            self._copy(int(event["bytes_done"]), int(event["bytes_total"]))
        elif not self._quiet and (line := _line(event)):
            say(line)

    def _copy(self, done: int, total: int) -> None:
        if self._quiet or not sys.stdout.isatty():
            return
        if self._bar is None:
            # Only a terminal shows a bar, and only a copy needs one: rich is read where it draws.
            from shared_db.cli.copy_bar import CopyBar  # noqa: PLC0415

            self._bar = CopyBar(total)
        self._bar.show(done)


def _line(event: Event) -> str:
    told = _LINES.get(event["event"])
    return told(event) if told else ""


def _phase(event: Event) -> str:
    sentence = _PHASES.get(event["phase"], "")
    return f"{event['service']}: {sentence}" if sentence and event["state"] == "begin" else ""


def _hold(event: Event) -> str:
    if event["ok"]:
        return f"{event['service']}: writes waited {event['hold_ms']} ms"
    return (
        f"{event['service']}: gave up after {event['hold_ms']} ms, nothing changed: "
        f"{event['reason']}"
    )


def _table(event: Event) -> str:
    return f"  {event['table']}: {'equal' if event['equal'] else 'DIFFERENT'}"


def _lingering(event: Event) -> str:
    if not event["ended"]:
        return ""
    return f"{event['service']}: ended transactions that lingered: {', '.join(event['ended'])}"


def _command(event: Event) -> str:
    if not event["exit_code"]:
        return ""
    return f"{event['service']}: the command of {event['option']} ended with {event['exit_code']}"


def _taken_over(event: Event) -> str:
    return f"{event['service']}: ended the command that was at work on it ({event['command']})"


def _done(event: Event) -> str:
    return f"  {event['bytes'] / 1e6:.1f} MB in {event['seconds']} s"


_LINES: dict[str, Callable[[Event], str]] = {
    "phase": _phase,
    "hold": _hold,
    "table": _table,
    "lingering": _lingering,
    "command": _command,
    "taken_over": _taken_over,
    "done": _done,
}
