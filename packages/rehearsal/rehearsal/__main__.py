"""``python -m rehearsal``: rehearse the split of this project's services."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from shared_db import SharedDbError

from rehearsal.driver.ground import Ground
from rehearsal.driver.rehearse import Settings, rehearse
from rehearsal.driver.stage import Target
from rehearsal.report import NO_LIMITS, Limits


def main() -> None:
    """Rehearse; the exit code is 0 when the verdict is ``pass``."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal", description=__doc__)
    parser.add_argument("--target", type=Target, choices=list(Target), default=Target.DATABASES)
    parser.add_argument("--payments", type=int, default=Settings.payments)
    parser.add_argument("--rate", type=float, default=Settings.rate)
    parser.add_argument("--hashing-rate", type=float, default=Settings.hashing_rate)
    parser.add_argument("--calm", type=float, default=Settings.calm, help="seconds")
    parser.add_argument(
        "--ground",
        type=Ground,
        choices=list(Ground),
        default=Ground.AUTO,
        help="where the servers keep their data: in memory by default, if there is room",
    )
    parser.add_argument("--correctness-only", action="store_true", help="judge no time and no rate")
    parser.add_argument("--out", type=Path, default=Path("build/rehearsal"))
    given = parser.parse_args()
    began = time.monotonic()

    def tell(sentence: str) -> None:
        sys.stdout.write(f"{time.monotonic() - began:6.1f} s  {sentence}\n")
        sys.stdout.flush()

    settings = Settings(
        target=given.target,
        payments=given.payments,
        rate=given.rate,
        hashing_rate=given.hashing_rate,
        calm=given.calm,
        limits=NO_LIMITS if given.correctness_only else Limits(),
        ground=given.ground,
    )
    try:
        report = rehearse(settings, given.out, tell)
    except SharedDbError as error:
        sys.exit(f"rehearsal: {error}")
    for reason in report.reasons:
        tell(reason)
    tell(f"verdict: {report.verdict}; see {given.out / 'report.html'}")
    sys.exit(0 if report.verdict == "pass" else 1)


if __name__ == "__main__":
    main()
