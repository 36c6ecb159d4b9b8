"""Run the comparison and write its figures."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared_db.errors import SharedDbError

from tests.performance.api import peer
from tests.performance.api.contender import Contender
from tests.performance.api.errors import CannotMeasure
from tests.performance.api.floor import floor
from tests.performance.api.options import Options, read_options
from tests.performance.api.ours import ours, payment_requests
from tests.performance.api.processor import DATABASE_CORE
from tests.performance.api.quiet_reads import measure_reads
from tests.performance.api.stage import Stage, stage
from tests.performance.api.windows import measure, summary

OUTPUT = Path(__file__).resolve().parents[3] / "build" / "bench" / "api.json"


def main() -> int:
    """Measure as the command line says; the exit code is 1 when that cannot be done."""
    options = read_options(sys.argv[1:], OUTPUT)
    if (os.cpu_count() or 1) < 2:
        print("Two cores are needed: one for the server, one for the rest.", file=sys.stderr)
        return 1
    os.sched_setaffinity(0, {DATABASE_CORE})  # with all that is started, but for the servers
    try:
        with ExitStack() as running:
            result = _measure(running.enter_context(stage()), options, running)
    except (CannotMeasure, SharedDbError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"written to {options.output}")
    return 0


def _measure(on: Stage, options: Options, running: ExitStack) -> dict[str, Any]:
    result: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": sys.version.split()[0],
        "rounds": options.rounds,
        "seconds": options.seconds,
        "connections": options.connections,
    }
    floor_now = running.enter_context(floor(on, on.token()))
    others = [floor_now]
    try:
        others.append(running.enter_context(peer.peer(on, peer.checkout(options.peer))))
        result["peer"] = {"repository": peer.REPOSITORY, "commit": peer.COMMIT}
    except CannotMeasure as error:
        result["peer"] = {"missing": str(error)}
        print(f"The peer is not at hand, the floor alone is measured: {error}")

    def contenders() -> Sequence[Contender]:
        token = on.token()
        fresh = payment_requests(next(iter(floor_now.requests.values())).url, on, token)
        renewed = Contender(floor_now.name, floor_now.pids, {**floor_now.requests, **fresh})
        return [ours(on, token), renewed, *others[1:]]

    result["paths"] = summary(measure(contenders, on.postmaster, options, say))
    result["reads_beside_logins"] = measure_reads(on, options)
    return result


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
