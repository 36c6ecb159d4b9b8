"""The examples of docs/api.md do what the page says."""

from __future__ import annotations

import re
import shutil
import sys

import pytest

from tests.system.conftest import NewProject
from tests.system.project import ROOT, RunningProject

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("running")]

REFUSALS = [
    "401 invalid_token",
    "404 payment_intent_not_found",
    "409 payment_intent_wrong_state",
    "400 idempotency_key_missing",
    "422 invalid_request",
    "400 invalid_grant",
]


def examples(language: str) -> str:
    """All examples in a language as one program."""
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE))


@pytest.fixture
def running(new_project: NewProject) -> RunningProject:
    project = new_project(PLACEMENT="schemas", PAYMENTS_WEBHOOK_PRIVATE="true")
    for name in ("auth", "payments"):
        project.environment[name.upper()] = f"http://127.0.0.1:{project.ports[name]}"
    project.runner("up", "--detach")
    return project


def test_the_examples_hold(running: RunningProject) -> None:
    running.run(sys.executable, "-c", examples("python"))
    if shutil.which("curl") and shutil.which("jq"):
        told = running.run("bash", "-euo", "pipefail", "-c", examples("sh")).stdout
        found = [line for line in told.splitlines() if re.fullmatch(r"\d{3} \w+", line)]
        assert found == REFUSALS, told
