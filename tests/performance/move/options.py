"""What is measured, and how much of it."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PARTS = ("copy", "verification", "cuts")


@dataclass(frozen=True)
class Options:
    """The options of a run.

    Args:
        payments: rows of the table of payments.
        ledger: rows of the ledger, which refer to payments.
        rounds: how often everything is measured.
        cuts: cuts there, and as many back.
        cut_payments: payments in the data set that is cut to and fro; a hold does not depend on it.
        rate: transactions that the light load begins each second during the cuts.
        jobs: connections or processes at a time, the same for all contenders.
        parts: which measurements.
        contenders: words that the names of the measured contenders begin with; all when empty.
        base: the folder under which both servers are made.
        output: the file to write.
    """

    payments: int
    ledger: int
    rounds: int
    cuts: int
    cut_payments: int
    rate: int
    jobs: int
    parts: tuple[str, ...]
    contenders: tuple[str, ...]
    base: Path
    output: Path


def read_options(arguments: Sequence[str], output: Path) -> Options:
    """Read the command line; ``output`` is where the result goes unless it says otherwise."""
    parser = argparse.ArgumentParser(prog="make bench-move ARGS=…", description=__doc__)
    add = parser.add_argument
    add("--payments", type=_positive, default=2_000_000, help="rows (%(default)s)")
    add("--ledger", type=_positive, default=4_000_000, help="rows (%(default)s)")
    add("--rounds", type=_positive, default=3, help="how often (%(default)s)")
    add("--cuts", type=_positive, default=20, help="cuts there, and as many back (%(default)s)")
    add("--cut-payments", type=_positive, default=100_000, help="rows there (%(default)s)")
    add("--rate", type=_positive, default=100, help="transactions a second there (%(default)s)")
    add("--jobs", type=_positive, default=2, help="jobs of every contender (%(default)s)")
    add("--parts", type=_words, default=PARTS, help="of copy,verification,cuts (all)")
    add("--contenders", type=_words, default=(), help="how their names begin (all)")
    add("--folder", type=Path, default=Path(tempfile.gettempdir()), help="on disk (%(default)s)")
    add("--output", type=Path, default=output, help="JSON (%(default)s)")
    given = parser.parse_args(arguments)
    unknown = set(given.parts) - set(PARTS)
    if unknown:
        parser.error(f"--parts knows {', '.join(PARTS)}, not {', '.join(sorted(unknown))}")
    return Options(
        payments=given.payments,
        ledger=given.ledger,
        rounds=given.rounds,
        cuts=given.cuts,
        cut_payments=given.cut_payments,
        rate=given.rate,
        jobs=given.jobs,
        parts=given.parts,
        contenders=given.contenders,
        base=given.folder,
        output=given.output,
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
