"""What is measured, and how long."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """The options of a run.

    Args:
        rounds: how often every contender is measured on every path.
        seconds: length of each of those windows.
        connections: that wrk keeps, each with one request at a time.
        peer: a checkout of the peer's repository; None looks for it, see ``peer.checkout``.
        output: the file to write.
    """

    rounds: int
    seconds: int
    connections: int
    peer: Path | None
    output: Path


def read_options(arguments: Sequence[str], output: Path) -> Options:
    """Read the command line; ``output`` is where the result goes unless it says otherwise."""
    parser = argparse.ArgumentParser(prog="make bench-api ARGS=…", description=__doc__)
    add = parser.add_argument
    add("--rounds", type=_positive, default=5, help="windows of each kind (%(default)s)")
    add("--seconds", type=_positive, default=4, help="length of a window (%(default)s)")
    add("--connections", type=_positive, default=8, help="of wrk (%(default)s)")
    add("--peer", type=Path, help="a git checkout of the peer, instead of fetching it")
    add("--output", type=Path, default=output, help="JSON (%(default)s)")
    given = parser.parse_args(arguments)
    return Options(given.rounds, given.seconds, given.connections, given.peer, given.output)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number
