"""The committed documents of the APIs are those that the code serves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_committed_documents_are_up_to_date() -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "service_kit.openapi", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, f"run `make openapi`:\n{finished.stdout}{finished.stderr}"
