"""What a test's environment is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared_db import Service
from shared_db.testing.run import TestRun
from shared_db.testing.server import TestServer


@dataclass(frozen=True)
class World:
    """The run, its server, and which services are wanted in which placement."""

    run: TestRun
    server: TestServer
    placement: str
    services: Mapping[str, Service]
