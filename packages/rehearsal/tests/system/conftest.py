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


@pytest.fixture(scope="module")
def running(
    environment_of_module: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """One world for a module: what a test spoils, the ones after it find spoiled."""
    environment, folder = environment_of_module, tmp_path_factory.mktemp("running")
    seed = Seed.of_payments(1000, datetime.now(UTC))
    seed_homes(environment.settings(), seed)
    ports = {name: free_port() for name in discover()}
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    variables = {f"{name.upper()}_PORT": str(port) for name, port in ports.items()}
    with ExitStack() as stopping:
        for name in urls:
            log = stopping.enter_context((folder / f"{name}.log").open("wb"))
            command = [sys.executable, "-m", "service_kit.serve", name]
            process = subprocess.Popen(
                command, env={**os.environ, **variables}, stdout=log, stderr=subprocess.STDOUT
            )
            stopping.callback(process.wait, PATIENCE)
            stopping.callback(process.terminate)
        deadline = time.monotonic() + PATIENCE
        while not all(is_ready(url) for url in urls.values()):
            logs = [file.read_text(errors="replace")[-2000:] for file in folder.glob("*.log")]
            assert time.monotonic() < deadline, logs
        yield Running(environment, urls, seed)
