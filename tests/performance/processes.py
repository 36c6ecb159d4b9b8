"""Measure the services as processes: memory and CPU until they are ready (`make performance`).

Memory is the proportional set size (PSS: shared pages divided by those who share them), CPU is user
and system time of the process until `/readyz` answered. Written to build/performance.json.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import psutil
from shared_db import discover

from tests.system.project import ROOT, RunningProject

RUNS = int(os.environ.get("RUNS", "3"))
MIB = 1024 * 1024


def measure(project: RunningProject) -> dict[str, dict[str, float]]:
    """Start everything once; the figures of each service, and of starting as a whole."""
    started = time.perf_counter()
    project.runner("up", "--detach")
    seconds = time.perf_counter() - started
    figures: dict[str, dict[str, float]] = {"up": {"seconds": seconds}}
    for process in project.processes():
        name = process.cmdline()[-1]
        times = process.cpu_times()
        figures[name] = {"cpu_seconds": times.user + times.system, "pss_mib": pss(process)}
    project.journey()
    for process in project.processes():
        figures[process.cmdline()[-1]]["pss_mib_after_demo"] = pss(process)
    project.runner("down")
    return figures


def pss(process: psutil.Process) -> float:
    """The proportional set size in MiB."""
    return float(process.memory_full_info().pss) / MIB


def main() -> None:
    """Measure several runs in one project and keep the medians; the first run also creates it."""
    with tempfile.TemporaryDirectory() as folder:
        project = RunningProject(Path(folder), {})
        try:
            project.runner("up", "--detach")
            project.runner("down")
            runs = [measure(project) for _ in range(RUNS)]
        finally:
            project.kill()
    medians = {
        name: {
            figure: round(statistics.median(run[name][figure] for run in runs), 2)
            for figure in runs[0][name]
        }
        for name in ("up", *discover())
    }
    total = {
        figure: round(sum(medians[name][figure] for name in discover()), 1)
        for figure in ("pss_mib", "pss_mib_after_demo")
    }
    report = {"runs": RUNS, "python": sys.version.split()[0], "medians": medians, "total": total}
    target = ROOT / "build" / "performance.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
