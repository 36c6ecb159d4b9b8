"""The examples of docs/api.md do what the page says."""

from __future__ import annotations

import re
import shutil
import sys

import pytest

from tests.system.project import ROOT, RunningProject

pytestmark = [pytest.mark.slow]

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


def test_the_examples_hold(running: RunningProject) -> None:
    for name in ("auth", "payments"):
        running.environment[name.upper()] = f"http://127.0.0.1:{running.ports[name]}"
    running.run(sys.executable, "-c", examples("python"))
    if shutil.which("curl") and shutil.which("jq"):
        told = running.run("bash", "-euo", "pipefail", "-c", examples("sh")).stdout
        found = [line for line in told.splitlines() if re.fullmatch(r"\d{3} \w+", line)]
        assert found == REFUSALS, told
