"""A run with its connections: one tool at a time works on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg

from shared_db.errors import MoveFailed, MoveRefused, SharedDbError
from shared_db.move import at_work, journal
from shared_db.move.homes import Rows, read_row
from shared_db.move.run import Leg, Run
from shared_db.move.subject import connect
from shared_db.move.telling import Listener, Teller
from shared_db.tool_connection import ToolConnection


@dataclass(frozen=True)
class OpenRun:
    """A run, connections to both of its databases, and whom to tell."""

    run: Run
    origin: ToolConnection
    target: ToolConnection
    teller: Teller

    def enter(self, phase: str) -> None:
        """Note in the journal that the run has come to a phase."""
        journal.enter(self.origin, self.run.run_id, phase)

    def rows(self) -> Rows:
        """What the two databases say now."""
        name = self.run.subject.name
        return Rows(read_row(self.origin, name), read_row(self.target, name))

    def ends(self, leg: Leg) -> tuple[ToolConnection, ToolConnection]:
        """The connections to the source and the target of a leg."""
        if leg.source is self.run.origin:
            return self.origin, self.target
        return self.target, self.origin


@contextmanager
def open_run(run: Run, listeners: tuple[Listener, ...]) -> Iterator[OpenRun]:
    """Connect to both databases, alone.

    Raises:
        MoveRefused: another tool works on a move of this schema.
        DatabaseUnavailable: one of the databases cannot be reached.
        MoveFailed: one of them refused a statement, or went away.
    """
    with ExitStack() as stack:
        origin = stack.enter_context(connect(run.origin, run.run_id))
        target = stack.enter_context(connect(run.target, run.run_id))
        if not at_work.is_alone(origin, run.subject.name):
            raise MoveRefused(
                f"Another command is moving {run.subject.name} now "
                f"({at_work.noted(origin, run.run_id)}): wait for it; "
                f"{run.subject.command('resume')} or `abort` would end it and take its place."
            )
        token = at_work.note(origin, run.run_id)
        noting = stack.enter_context(connect(run.origin, run.run_id, part="journal"))
        kept = (*listeners, journal.to_journal(noting, run.run_id))
        with _in_words(run, token):
            yield OpenRun(run, origin, target, Teller(run.subject.name, run.run_id, kept))


@contextmanager
def _in_words(run: Run, token: str) -> Iterator[None]:
    """Say what an error means for the move, whichever step met it."""
    try:
        yield
    except (psycopg.Error, SharedDbError) as error:
        subject = run.subject
        if other := at_work.replaced_by(run, token):
            raise MoveFailed(
                f"Another command has taken over the move of {subject.name} ({other}): see "
                f"{subject.command('status')}."
            ) from error
        if isinstance(error, SharedDbError):
            raise
        text = str(error).strip().splitlines()
        raise MoveFailed(
            f"A database of the move refused a statement or went away "
            f"({text[0] if text else type(error).__name__}): see to that, then run "
            f"{subject.command('resume')}, or abort the move."
        ) from error
