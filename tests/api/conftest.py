"""All services as processes on a server of their own, and accounts of every kind of caller."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from shared_db import discover
from shared_db.testing.leftovers import drop_all

from tests.journey.accounts import register, verify
from tests.journey.client import Client
from tests.journey.mailbox import Mailbox
from tests.system.project import ROOT, RunningProject

PASSWORD = "a long enough phrase"
AFTERWARDS = {"profile": "erase_my_profile"}
"""The operation after which no other of the service has anything to do for its caller."""

BYSTANDERS = 5
"""Accounts newer than the caller's, for administrators to find and to act on."""


@dataclass(frozen=True)
class Services:
    """The running services.

    Args:
        project: whose they are.
        urls: by name.
        secrets: the secrets of the services, by variable.
    """

    project: RunningProject
    urls: dict[str, str]
    secrets: dict[str, str]

    def user(self, *, role: str | None = None) -> dict[str, str]:
        """What a new user, perhaps with a role, logs in with."""
        email = self._account()
        if role:
            self.project.auth("grant-role", email, role)
            for _ in range(BYSTANDERS):
                self._account()
        return {"email": email, "password": PASSWORD}

    def service(self, name: str) -> dict[str, str]:
        """What a service asks for its own tokens with."""
        return {"client_id": name, "client_secret": self.secrets[f"{name.upper()}_CLIENT_SECRET"]}

    def _account(self) -> str:
        email = f"caller-{uuid4().hex[:12]}@example.com"
        with httpx.Client() as http:
            client = Client(http, self.urls)
            register(client, email, PASSWORD)
            mailbox = Mailbox(self.project.folder / ".data" / "mail", patience=30.0)
            verify(client, mailbox.token_for(email))
        return email


@pytest.fixture(scope="module")
def services(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The services with limits that so many requests from one address do not reach."""
    slug = f"api_{os.getpid()}"
    folder = tmp_path_factory.mktemp("api")
    url = f"{postgres.url.rpartition('/')[0]}/{slug}"
    limits = {
        f"AUTH_{limit}": "1000000"
        for limit in ("ADDRESS_FAILURES", "ADDRESS_REQUESTS", "LOCK_AFTER")
    }
    project = RunningProject(folder, {"DATABASE_URL": url, "PROJECT": slug, **limits})
    try:
        project.runner("up", "--detach")
        written = (folder / ".data" / "secrets.env").read_text(encoding="utf-8")
        secrets = dict(re.findall(r"^(\w+)=\"?([^\"\n]*)", written, re.MULTILINE))
        urls = {name: f"http://127.0.0.1:{port}" for name, port in project.ports.items()}
        yield Services(project, urls, secrets)
    finally:
        project.kill()
        drop_all(postgres.url, slug)


Check = Callable[[str, dict[str, str], int], None]


@pytest.fixture
def check(services: Services, tmp_path: Path) -> Check:
    """Runs schemathesis as a caller over one service's document, with so many examples."""

    def run(name: str, caller: dict[str, str], examples: int) -> None:
        client = services.service("admin")
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.api.hooks",
            "FUZZ_AUTH_URL": services.urls["auth"],
            "FUZZ_CALLER": json.dumps(caller),
            "FUZZ_CLIENT_ID": client["client_id"],
            "FUZZ_CLIENT_SECRET": client["client_secret"],
            "FUZZ_SESSIONS_END": "1" if name == "auth" else "",
        }
        document = ROOT / "services" / name / "openapi.json"
        options = ["--url", services.urls[name], "--checks", "all", "--continue-on-failure"]
        command = [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(ROOT / "tests" / "api" / "schemathesis.toml"), "--no-color"),
            *("run", str(document), *options, "--max-examples", str(examples)),
        ]
        choices: list[list[str]] = [[]]
        if last := AFTERWARDS.get(name):
            alone = ["--phases", "examples,coverage,fuzzing"]  # one operation is no sequence
            choices = [
                ["--exclude-operation-id", last],
                ["--include-operation-id", last, *alone],
            ]
        for choice in choices:
            done = subprocess.run(
                [*command, *choice],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]

    return run


def names() -> list[str]:
    """The installed services."""
    return list(discover())
