"""A project of its own with its server, a user with payments, and other users' payments around."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import psycopg
from service_kit import new_id
from shared_db.embedded import EmbeddedServer

from tests.journey import accounts, payments
from tests.journey.client import Client
from tests.journey.mailbox import Mailbox
from tests.performance.api.processor import SERVER_CORE, pin
from tests.system.project import RunningProject

EMAIL, PASSWORD = "bench@example.com", "a phrase for the benchmark"
OWN, OTHERS, EACH = 300, 2000, 20
"""Payments of the user; other customers, and payments of each."""

_ENVIRONMENT = {
    "LOG_FORMAT": "json",  # as in production
    "AUTH_LOCK_AFTER": "1000000",  # parallel logins count as guesses until they are verified
    "AUTH_ADDRESS_FAILURES": "1000000",
}

_CUSTOMERS = """
INSERT INTO payments.customers (id, user_id, created_at)
SELECT gen_random_uuid(), gen_random_uuid(), now() FROM generate_series(1, %s)
"""
_INTENTS = """
INSERT INTO payments.payment_intents (id, customer_id, amount, currency, status, captured, refunded,
       refunding, description, details, created_at, updated_at)
SELECT %s, %s, 1250, 'CHF', 'requires_payment_method', 0, 0, 0, 'a payment', '{"order": "1"}',
       now(), now()
"""
_OTHER_INTENTS = """
INSERT INTO payments.payment_intents (id, customer_id, amount, currency, status, captured, refunded,
       refunding, description, details, created_at, updated_at)
SELECT gen_random_uuid(), id, 1250, 'CHF', 'requires_payment_method', 0, 0, 0, 'a payment',
       '{"order": "1"}', now(), now()
  FROM payments.customers, generate_series(1, %s)
 WHERE id <> %s
"""


@dataclass(frozen=True)
class Stage:
    """The running services and what is in them.

    Args:
        folder: of the run; gone afterwards.
        server: PostgreSQL's maintenance URL, as the superuser.
        postmaster: its process id.
        urls: where each service answers.
        pids: the services' processes.
        customer: of the user who asks.
        intents: the user's payments.
    """

    folder: Path
    server: str
    postmaster: int
    urls: dict[str, str]
    pids: dict[str, int]
    customer: str
    intents: tuple[str, ...]

    def database(self, name: str) -> str:
        """The superuser's URL of a database."""
        return f"{self.server.rpartition('/')[0]}/{name}"

    def token(self) -> str:
        """A new access token of the user; it lasts for ten minutes."""
        with httpx.Client() as http:
            client, _ = accounts.log_in(Client(http, self.urls), EMAIL, PASSWORD)
        assert client.token is not None
        return client.token


@contextmanager
def stage() -> Iterator[Stage]:
    """Start everything; nothing is left of it."""
    folder = Path(tempfile.mkdtemp(prefix="bench-api-"))
    folder.chmod(0o755)
    server = EmbeddedServer(folder / "postgres")
    try:
        server.start()
        url = server.url()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        home = f"{url.rpartition('/')[0]}/bench"
        (folder / "project").mkdir()
        project = RunningProject(folder / "project", {"PROJECT": "bench", "DATABASE_URL": home})
        project.environment |= _ENVIRONMENT
        try:
            project.runner("up", "--detach")
            yield _prepared(folder, url, home, project)
        finally:
            project.kill()
    finally:
        server.remove()
        shutil.rmtree(folder)


def _prepared(folder: Path, server: str, home: str, project: RunningProject) -> Stage:
    urls = {name: f"http://127.0.0.1:{port}" for name, port in project.ports.items()}
    pids = {process.cmdline()[-1]: process.pid for process in project.processes()}
    with httpx.Client() as http:
        mailbox = Mailbox(project.folder / ".data" / "mail")
        user = accounts.new_user(Client(http, urls), mailbox, EMAIL, PASSWORD)
        customer = str(payments.create_customer(user)["id"])
    intents = [new_id() for _ in range(OWN)]
    with psycopg.connect(home, autocommit=True) as connection:
        connection.cursor().executemany(_INTENTS, [(one, customer) for one in intents])
        connection.execute(_CUSTOMERS, [OTHERS])
        connection.execute(_OTHER_INTENTS, [EACH, customer])
        connection.execute("VACUUM (ANALYZE)")
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        postmaster = psutil.Process(row[0]).ppid()
    for pid in pids.values():
        pin(pid, SERVER_CORE)
    shown = tuple(str(one) for one in intents)
    return Stage(folder, server, postmaster, urls, pids, customer, shown)
