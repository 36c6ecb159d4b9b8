"""The file in which outcomes are kept, so that an interrupted run of all faults goes on."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

VARIABLE = "FAULTS"
"""``all``: every fault in every phase, and what became of it is kept."""

AGAIN = "FAULTS_AGAIN"
"""Set: also what has an outcome already."""

ROOT = Path(__file__).resolve().parents[5]
_ENGINE = ("packages/shared_db/shared_db/move", "packages/shared_db/shared_db/provision")

FILE = ROOT / "build" / "reliability" / "outcomes.jsonl"


def all_wanted() -> bool:
    """Whether every fault is to be tried in every phase."""
    return os.environ.get(VARIABLE) == "all"


@cache
def code(test: str) -> str:
    """What is tested, and by what: the committed states of the engine and of the test's file.

    Args:
        test: pytest's id of the test.
    """
    places = (*_ENGINE, test.partition("::")[0])
    answer = subprocess.run(
        ["git", "rev-parse", *(f"HEAD:{place}" for place in places)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return "+".join(line[:16] for line in answer.stdout.split()) or "unknown"


def keep(outcome: dict[str, Any]) -> None:
    """Add one outcome."""
    FILE.parent.mkdir(parents=True, exist_ok=True)
    with FILE.open("a", encoding="utf-8") as file:
        file.write(f"{json.dumps({'code': code(outcome['test']), **outcome})}\n")


def kept() -> list[dict[str, Any]]:
    """The last outcome of each test, of the code as it is."""
    if not FILE.exists():
        return []
    lines = (json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines())
    return list(
        {line["test"]: line for line in lines if line["code"] == code(line["test"])}.values()
    )
