"""The peer: full-stack-fastapi-template with payments in the place of its items.

Its session, dependency, token and password code run as they are at the commit named below, the last
one before it asked for Python 3.14. Its tables and routes are ``peer_overlay``: written as its own
items are, so that a created payment writes the rows that ours writes. Nothing of the peer is kept
in this repository.
"""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.parse
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import psycopg

from tests.performance.api.contender import LOGIN, PATHS, Contender, uvicorn
from tests.performance.api.errors import CannotMeasure
from tests.performance.api.ours import payment_requests
from tests.performance.api.stage import EMAIL, PASSWORD, Stage
from tests.performance.api.wrk import Requests
from tests.system.project import free_ports

NAME = "peer"
REPOSITORY = "https://github.com/fastapi/full-stack-fastapi-template"
COMMIT = "a727535488542228dc19b13f217a104ad317c122"
PREFIX = "/api/v1"

_OVERLAY = Path(__file__).with_name("peer_overlay")
_BUILD = Path(__file__).resolve().parents[3] / "build" / "bench" / "peer"
_DATABASE = "peer"
_ROWS = """
INSERT INTO public.customer (id, user_id) SELECT %(customer)s, id FROM public.user;
INSERT INTO public.paymentintent (id, customer_id, amount, currency, status, captured, refunded,
       refunding, description, details, created_at, updated_at)
SELECT id::uuid, %(customer)s, 1250, 'CHF', 'requires_payment_method', 0, 0, 0, 'a payment',
       '{"order": "1"}', now(), now()
  FROM unnest(%(intents)s::text[]) AS id;
INSERT INTO public.paymentintent (id, customer_id, amount, currency, status, captured, refunded,
       refunding, description, details, created_at, updated_at)
SELECT gen_random_uuid(), NULL, 1250, 'CHF', 'requires_payment_method', 0, 0, 0, 'a payment',
       '{"order": "1"}', now(), now()
  FROM generate_series(1, 40000)
"""


def checkout(given: Path | None) -> Path:
    """The peer's files with ours laid over them, and an environment beside them.

    Args:
        given: a git checkout that has the commit; by default it is fetched.

    Raises:
        CannotMeasure: there is none, or it cannot be installed.
    """
    backend = _BUILD / "files" / "backend"
    if not (_BUILD / "done").exists():
        source = str(given) if given else REPOSITORY
        _BUILD.mkdir(parents=True, exist_ok=True)
        _run("git", "clone", "--quiet", source, str(_BUILD / "files"))
        _run("git", "-C", str(_BUILD / "files"), "checkout", "--quiet", COMMIT)
        venv.create(_BUILD / "venv", with_pip=True)
        _run(_python(), "-m", "pip", "install", "--quiet", str(backend), "uvicorn[standard]")
        (_BUILD / "done").touch()
    for file in _OVERLAY.rglob("*.py.txt"):
        goal = backend / "app" / file.relative_to(_OVERLAY).with_suffix("")
        goal.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    return backend


@contextmanager
def peer(stage: Stage, backend: Path) -> Iterator[Contender]:
    """Serve a copy of the rows from the peer's own tables."""
    with psycopg.connect(stage.server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {_DATABASE}")
    port = free_ports([NAME])[NAME]
    environment = _environment(stage)
    prepare = "from app.prepare import prepare; prepare()"
    _run(_python(), "-c", prepare, cwd=backend, environment=environment)
    with psycopg.connect(stage.database(_DATABASE), autocommit=True) as connection:
        values = {"customer": stage.customer, "intents": list(stage.intents)}
        for statement in _ROWS.split(";"):
            connection.execute(statement, values)
        connection.execute("VACUUM (ANALYZE)")
    with uvicorn("app.main:app", port, environment, backend, _python()) as pid:
        url = f"http://127.0.0.1:{port}"
        login = _login(url)
        reply = httpx.post(url + login.paths[0], data={"username": EMAIL, "password": PASSWORD})
        requests = payment_requests(url, stage, reply.json()["access_token"], PREFIX)
        for path, one in requests.items():
            requests[path] = replace(one, paths=tuple(_slash(text) for text in one.paths))
        yield Contender(NAME, dict.fromkeys(PATHS, pid), {**requests, LOGIN: login})


def _login(url: str) -> Requests:
    form = urllib.parse.urlencode({"username": EMAIL, "password": PASSWORD})
    return Requests(
        url=url,
        paths=(f"{PREFIX}/login/access-token",),
        method="POST",
        body=form,
        content_type="application/x-www-form-urlencoded",
    )


def _slash(path: str) -> str:
    """Its collections end with a slash."""
    head, mark, query = path.partition("?")
    return f"{head}/{mark}{query}" if head.endswith("payment_intents") else path


def _environment(stage: Stage) -> dict[str, str]:
    parts = urllib.parse.urlsplit(stage.server)
    return {
        "PROJECT_NAME": "peer",
        "SECRET_KEY": "a secret for the benchmark alone",
        "POSTGRES_SERVER": str(parts.hostname),
        "POSTGRES_PORT": str(parts.port),
        "POSTGRES_USER": urllib.parse.unquote(parts.username or ""),
        "POSTGRES_PASSWORD": urllib.parse.unquote(parts.password or ""),
        "POSTGRES_DB": _DATABASE,
        "FIRST_SUPERUSER": EMAIL,
        "FIRST_SUPERUSER_PASSWORD": PASSWORD,
        "ENVIRONMENT": "production",
    }


def _python() -> str:
    return str(_BUILD / "venv" / "bin" / "python")


def _run(*command: str, cwd: Path | None = None, environment: dict[str, str] | None = None) -> None:
    finished = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if finished.returncode:
        last = " / ".join(finished.stdout.strip().splitlines()[-3:])
        raise CannotMeasure(f"{' '.join(command[:3])} … failed: {last}")


if __name__ == "__main__":
    print(checkout(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
