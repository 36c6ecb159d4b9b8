"""Every fault in every phase; then the table of docs/reliability.md is written anew."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from move_faults.record import AGAIN, ROOT, VARIABLE, kept
from move_faults.table import write_table

_NOTHING_LEFT = 5


def main() -> int:
    """Run what has no outcome yet; 0 when every fault has ended well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--again", action="store_true", help="also what has an outcome already")
    parser.add_argument("--table", action="store_true", help="only write the table")
    given, others = parser.parse_known_args()
    code = 0
    if not given.table:
        command = [sys.executable, "-m", "pytest", "-q", "packages/shared_db/tests/move", *others]
        environment = {**os.environ, VARIABLE: "all", **({AGAIN: "1"} if given.again else {})}
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    outcomes = kept()
    write_table(outcomes)
    return code if code not in {0, _NOTHING_LEFT} else int(not all(one["ok"] for one in outcomes))


sys.exit(main())
