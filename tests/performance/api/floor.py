"""The floor as a contender."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.performance.api.contender import LOGIN, PATHS, Contender, uvicorn
from tests.performance.api.ours import login_requests, payment_requests
from tests.performance.api.stage import Stage
from tests.system.project import free_ports

NAME = "floor"
_ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def floor(stage: Stage, token: str) -> Iterator[Contender]:
    """Serve the same rows as ours."""
    port = free_ports([NAME])[NAME]
    home = stage.database("bench")
    environment = {
        "FLOOR_KEYS": f"{stage.urls['auth']}/.well-known/jwks.json",
        "FLOOR_PAYMENTS": home,
        "FLOOR_AUTH": home,
        "PYTHONPATH": str(_ROOT),
    }
    app = "tests.performance.api.floor_app:app"
    with uvicorn(app, port, environment, stage.folder) as pid:
        url = f"http://127.0.0.1:{port}"
        requests = {**payment_requests(url, stage, token), LOGIN: login_requests(url)}
        yield Contender(NAME, dict.fromkeys(PATHS, pid), requests)
