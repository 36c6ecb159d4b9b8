"""The services as processes on a test's own databases, which hold a seed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rehearsal.seed import Seed, seed_homes
from shared_db import discover

PATIENCE = 60.0


@dataclass(frozen=True)
class Running:
    """What a test needs of the running services."""

    environment: Any
    urls: dict[str, str]
    seed: Seed


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except OSError:
        return False


@pytest.fixture
def running(environment: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Running]:
    seed = Seed.of_payments(1000, datetime.now(UTC))
    seed_homes(environment.settings(), seed)
    urls = {}
    for name in discover():
        port = free_port()
        monkeypatch.setenv(f"{name.upper()}_PORT", str(port))
        urls[name] = f"http://127.0.0.1:{port}"
    with ExitStack() as stopping:
        for name in urls:
            log = stopping.enter_context((tmp_path / f"{name}.log").open("wb"))
            command = [sys.executable, "-m", "service_kit.serve", name]
            process = subprocess.Popen(
                command, env=dict(os.environ), stdout=log, stderr=subprocess.STDOUT
            )
            stopping.callback(process.wait, PATIENCE)
            stopping.callback(process.terminate)
        deadline = time.monotonic() + PATIENCE
        while not all(is_ready(url) for url in urls.values()):
            logs = [file.read_text(errors="replace")[-2000:] for file in tmp_path.glob("*.log")]
            assert time.monotonic() < deadline, logs
        yield Running(environment, urls, seed)
