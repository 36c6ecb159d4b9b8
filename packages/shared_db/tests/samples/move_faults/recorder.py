"""Hooks of pytest: outcomes are kept, and what has one is left out."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest

from move_faults.outcome import Outcome
from move_faults.record import AGAIN, all_wanted, keep, kept

_KEY = pytest.StashKey[Outcome]()


@pytest.fixture
def outcome(request: pytest.FixtureRequest) -> Outcome:
    """What the test tells of its fault."""
    told = Outcome()
    request.node.stash[_KEY] = told
    return told


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the faults that have ended well with the code as it is."""
    if not all_wanted() or os.environ.get(AGAIN):
        return
    known = {line["test"] for line in kept() if line["ok"]}
    left_out = [item for item in items if item.nodeid in known]
    items[:] = [item for item in items if item.nodeid not in known]
    config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what became of the fault."""
    report = yield
    told = item.stash.get(_KEY, None)
    if call.when == "call" and told is not None and all_wanted():
        keep(
            {
                "test": item.nodeid,
                "fault": told.fault,
                "phase": told.phase,
                "outcome": told.sentence
                if report.passed
                else str(call.excinfo and call.excinfo.value),
                "steps": told.steps,
                "ok": report.passed,
                "seconds": round(report.duration, 1),
            }
        )
    return report
