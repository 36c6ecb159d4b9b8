"""``python -m rehearsal.seed --payments N``: seed the services of this project at their homes."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime

from shared_db import SharedDbError, load_settings

from rehearsal.seed.homes import seed_homes
from rehearsal.seed.size import PASSWORD, Seed


def main() -> None:
    """Seed; an error of ours is one sentence on standard error and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal.seed", description=__doc__)
    parser.add_argument("--payments", type=int, default=200_000)
    parser.add_argument(
        "--until", type=datetime.fromisoformat, help="when the last one was made, RFC 3339"
    )
    arguments = parser.parse_args()
    seed = Seed.of_payments(max(arguments.payments, 1), datetime.now(UTC))
    if arguments.until is not None:
        seed = replace(seed, until=arguments.until)
    started = time.perf_counter()
    try:
        rows = seed_homes(load_settings(), seed)
    except SharedDbError as error:
        sys.exit(f"seed: {error}")
    seconds = time.perf_counter() - started
    sys.stdout.write(
        f"{seed.payments} payments of {seed.users} users: {rows} rows in {seconds:.1f} s; each "
        f"user's password is {PASSWORD!r}.\n"
    )


if __name__ == "__main__":
    main()
