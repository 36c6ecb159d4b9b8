"""A small rehearsal: the services as processes, under traffic, moved out, back, out, finished."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.long]


TARGETS = ("servers", "databases") if os.environ.get("FAULTS") == "all" else ("servers",)


@pytest.mark.parametrize("target", TARGETS)
def test_services_move_under_traffic_and_nothing_is_lost(target: str, tmp_path: Path) -> None:
    rehearsed = subprocess.run(
        [
            *(sys.executable, "-m", "rehearsal", "--target", target, "--payments", "2000"),
            *("--rate", "40", "--hashing-rate", "0.5", "--calm", "2"),
            *("--correctness-only", "--out", "build/rehearsal"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert rehearsed.returncode == 0, rehearsed.stdout + rehearsed.stderr
    folder = tmp_path / "build" / "rehearsal"
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert report["verdict"] == "pass"
    assert report["left_behind"] == []
    traffic = report["traffic"]
    assert (traffic["failed"], traffic["lost"], traffic["duplicated"]) == (0, 0, 0)
    assert traffic["stale_reads"] == 0
    assert traffic["acknowledged_writes"] > 0
    for service in report["services"]:
        assert service["hold_ms"] is not None
        assert all(table["equal"] for table in service["tables"])
    assert any(service["rollback_hold_ms"] for service in report["services"])
    assert "<svg" in (folder / "report.html").read_text(encoding="utf-8") or (
        "plotly" in (folder / "report.html").read_text(encoding="utf-8")
    )
