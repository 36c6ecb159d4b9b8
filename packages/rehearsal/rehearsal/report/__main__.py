"""``python -m rehearsal.report``: check the records again and write both files anew."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rehearsal.history import check
from rehearsal.records import read_records
from rehearsal.report import Facts, build_report, read_events, write_report


def main() -> None:
    """Write the report; the exit code is 0 when it says ``pass``."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal.report", description=__doc__)
    parser.add_argument("--records", type=Path, required=True, help="of the traffic, JSON lines")
    parser.add_argument("--events", type=Path, required=True, help="of the moves, JSON lines")
    parser.add_argument("--facts", type=Path, help="services and remains, JSON")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the report")
    arguments = parser.parse_args()
    records, events = list(read_records(arguments.records)), read_events(arguments.events)
    facts = Facts.model_validate_json(arguments.facts.read_bytes()) if arguments.facts else Facts()
    report = build_report(records, events, check(records), facts)
    files = write_report(arguments.out, report, records, events)
    told = [f"verdict: {report.verdict}", *report.reasons, *(str(file) for file in files)]
    sys.stdout.write("\n".join(told) + "\n")
    sys.exit(0 if report.verdict == "pass" else 1)


if __name__ == "__main__":
    main()
