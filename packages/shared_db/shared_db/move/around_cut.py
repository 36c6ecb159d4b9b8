"""The operator's own commands around a cut, such as a pooler's PAUSE and RESUME."""

from __future__ import annotations

import os
import subprocess

import psycopg

from shared_db.errors import MoveFailed
from shared_db.homes import State
from shared_db.move.homes import read_row
from shared_db.move.opened import OpenRun
from shared_db.move.options import MoveOptions
from shared_db.move.run import Leg
from shared_db.move.subject import Side

HOME = ("SHARED_DB_HOME_HOST", "SHARED_DB_HOME_PORT", "SHARED_DB_HOME_DATABASE")
"""Variables that tell a command where the schema is active while it runs; empty if unknown."""

_STANDARD_ERROR = 2
"""Standard output is for the command's own document."""


class AroundCut:
    """Runs the commands, and tells them which database is the home.

    Args:
        opened: the run.
        leg: from the home to the next one.
        options: the commands.
    """

    def __init__(self, opened: OpenRun, leg: Leg, options: MoveOptions) -> None:
        self._opened = opened
        self._leg = leg
        self._options = options
        self.failure = ""

    def before(self) -> None:
        """Run the command before the cut.

        Raises:
            MoveFailed: it failed; nothing was cut.
        """
        code = self._run(self._options.before_cut, "--before-cut")
        if code:
            raise MoveFailed(
                f"The command of --before-cut ended with {code}: nothing was cut. Correct it and "
                "cut over again."
            )

    def after(self) -> None:
        """Run the command after the cut, whatever became of it; ``failure`` tells if it failed."""
        code = self._run(self._options.after_cut, "--after-cut")
        if code:
            name, home = self._opened.run.subject.name, self._home()
            self.failure = (
                f"The command of --after-cut ended with {code} while {name} was active at "
                f"{home.address if home else 'an unknown place'}: correct it and run it by hand, "
                "clients may still be waiting."
            )

    def _run(self, command: str, option: str) -> int:
        if not command:
            return 0
        home = self._home()
        place = home.address.place if home else ("", "", "")
        told = {name: str(value) for name, value in zip(HOME, place, strict=True)}
        finished = subprocess.run(  # noqa: S602 - the operator's own
            command,
            shell=True,
            check=False,
            env={**os.environ, **told},
            stdin=subprocess.DEVNULL,
            stdout=_STANDARD_ERROR,
        )
        self._opened.teller.tell("command", option=option, exit_code=finished.returncode)
        return finished.returncode

    def _home(self) -> Side | None:
        source, _ = self._opened.ends(self._leg)
        try:
            row = read_row(source, self._opened.run.subject.name)
        except psycopg.Error:
            return None
        if row is None:
            return None
        return self._leg.target if row.state is State.MOVED else self._leg.source
