"""``shared-db check``: isolation and drift."""

from __future__ import annotations

import typer

from shared_db.check import Finding, Verdict, find_all
from shared_db.cli.output import Json, say, show_json
from shared_db.cli.server import settings_with_server


def check(*, as_json: Json = False) -> None:
    """Look for what breaks the isolation of services or differs from the models."""
    with settings_with_server() as settings:
        findings = find_all(settings)
    if as_json:
        show_json({"findings": [finding.as_json() for finding in findings]})
    else:
        for finding in findings:
            say(f"{finding.verdict.value}: {finding.service}: {finding.sentence} {finding.remedy}")
        if not findings:
            say("No findings: the services are isolated, models and databases agree.")
    if _blocks(findings):
        raise typer.Exit(1)


def _blocks(findings: list[Finding]) -> bool:
    return any(finding.verdict is Verdict.BLOCKS for finding in findings)
