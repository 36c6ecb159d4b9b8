"""Run the comparison and write its figures."""

from __future__ import annotations

import json
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from shared_db.errors import SharedDbError

from tests.performance.move.arena import SOURCE, Arena, arena
from tests.performance.move.copies import measure_copies
from tests.performance.move.cuts import measure_cuts
from tests.performance.move.dataset import generate, size
from tests.performance.move.errors import CannotMeasure
from tests.performance.move.machine import machine, settings, versions
from tests.performance.move.options import Options, read_options
from tests.performance.move.verification import measure_verification

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
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"written to {options.output}")
    return 0


def measure(servers: Arena, options: Options) -> dict[str, Any]:
    """All measurements, each with the figures of every round."""
    result: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(servers),
        "versions": versions(servers),
        "settings": settings(servers),
    }
    with servers.database(SOURCE, DATABASE):
        say(f"filling the source: {options.payments:,} payments, {options.ledger:,} ledger rows")
        generate(servers.url(SOURCE, DATABASE), options.payments, options.ledger)
        tables, indexes = size(servers.url(SOURCE, DATABASE))
        result["data"] = {
            "payments": options.payments,
            "ledger_entries": options.ledger,
            "table_bytes": tables,
            "index_bytes": indexes,
            "jobs": options.jobs,
            "rounds": options.rounds,
        }
        if "copy" in options.parts:
            result["copy"] = measure_copies(servers, DATABASE, options, say)
        if "verification" in options.parts:
            result["verification"] = measure_verification(servers, DATABASE, options, say)
    if "cuts" in options.parts:
        result["cuts"] = measure_cuts(servers, options, say)
    return result


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, flush=True)


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
