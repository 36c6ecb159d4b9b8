"""``python -m rehearsal.traffic --plan FILE --out FILE``."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

import uvloop
from shared_db.errors import SharedDbError

from rehearsal.traffic.plan import read_plan
from rehearsal.traffic.process import run


def main() -> None:
    """Run the traffic; an error of ours is one sentence on standard error and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal.traffic", description=__doc__)
    parser.add_argument("--plan", type=Path, required=True, help="the plan, JSON")
    parser.add_argument("--out", type=Path, required=True, help="gets the records, JSON lines")
    arguments = parser.parse_args()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(read_plan(arguments.plan), arguments.out))
    except SharedDbError as error:
        sys.exit(f"traffic: {error}")


if __name__ == "__main__":
    main()
