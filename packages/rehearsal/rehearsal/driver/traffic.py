"""The traffic of a rehearsal: started, waited for, and stopped, as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rehearsal.driver.moving import RehearsalFailed
from rehearsal.driver.stage import Stage, run_name
from rehearsal.seed.size import PASSWORD, Seed
from rehearsal.traffic.plan import Person, Plan

_PEOPLE = 100
_STOP_PATIENCE = 60.0


@contextmanager
def traffic(
    stage: Stage, seed: Seed, folder: Path, *, rate: float, hashing_rate: float
) -> Iterator[None]:
    """Let clients ask for the length of the block; afterwards all records are in ``folder``.

    Args:
        stage: the running project.
        seed: whose users the clients are.
        folder: gets ``plan.json`` and ``records.jsonl``.
        rate: requests per second, those that hash passwords left out.
        hashing_rate: registrations and logins per second.

    Raises:
        RehearsalFailed: it did not start.
    """
    people = [Person(email=email, password=PASSWORD) for email in seed.emails()[:_PEOPLE]]
    plan = Plan(
        urls={"auth": stage.url("auth"), "payments": stage.url("payments")},
        users=people,
        rate=rate,
        hashing_rate=hashing_rate,
        run=run_name(),
    )
    (folder / "plan.json").write_text(plan.model_dump_json(indent=2), encoding="utf-8")
    files = ["--plan", str(folder / "plan.json"), "--out", str(folder / "records.jsonl")]
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "rehearsal.traffic", *files],
        cwd=stage.folder,
        env=dict(stage.here),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        _await_running(process)
        yield
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    """Let it read back and flush; one that does not end is killed."""
    process.terminate()
    try:
        process.communicate(timeout=_STOP_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _await_running(process: subprocess.Popen[str]) -> None:
    for line in process.stdout or ():
        if json.loads(line)["state"] == "running":
            return
    raise RehearsalFailed("The traffic ended before it began; its error is above.")
