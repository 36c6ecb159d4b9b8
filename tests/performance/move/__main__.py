"""Run the comparison and write its figures."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from shared_db.errors import SharedDbError

from tests.performance.move.arena import SOURCE, Arena, arena
from tests.performance.move.copies import measure_copies
from tests.performance.move.dataset import generate
from tests.performance.move.errors import CannotMeasure
from tests.performance.move.options import Options, read_options

OUTPUT = Path(__file__).resolve().parents[3] / "build" / "bench" / "move.json"
DATABASE = "bench_source"


def main() -> int:
    """Measure as the command line says; the exit code is 1 when that cannot be done."""
    options = read_options(sys.argv[1:], OUTPUT)
    signal.signal(signal.SIGTERM, _end)
    try:
        with arena(options.base, options.payments + options.ledger) as servers:
            result = measure(servers, options)
    except (CannotMeasure, SharedDbError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(result)
    return 0


def measure(servers: Arena, options: Options) -> dict[str, Any]:
    """All measurements, each with the figures of every round."""
    with servers.database(SOURCE, DATABASE):
        say("filling the source")
        generate(servers.url(SOURCE, DATABASE), options.payments, options.ledger)
        return {"copy": measure_copies(servers, DATABASE, options, say)}


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, flush=True)


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
