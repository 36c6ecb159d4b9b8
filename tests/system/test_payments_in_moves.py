"""Keys across a move: no acknowledged payment is lost or made twice, a replay is the same."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from shared_db.embedded_address import running_url

from tests.journey import accounts
from tests.journey.client import Client
from tests.journey.mailbox import Mailbox
from tests.system.conftest import NewProject
from tests.system.payment_flow import PaymentFlow
from tests.system.project import RunningProject

pytestmark = [pytest.mark.long]

PATIENCE = 120.0


@pytest.fixture
def project(new_project: NewProject) -> RunningProject:
    made = new_project(PLACEMENT="schemas")
    made.runner("up", "--detach")
    made.set("PLACEMENT", "databases")  # for the tool; the services learn it from the database
    return made


@pytest.fixture
def flow(project: RunningProject) -> Iterator[PaymentFlow]:
    urls = {name: f"http://127.0.0.1:{port}" for name, port in project.ports.items()}
    mailbox = Mailbox(project.folder / ".data" / "mail")
    with httpx.Client(timeout=60) as http:
        user = accounts.new_user(
            Client(http, urls), mailbox, "ada@example.com", "a long enough password"
        )
    made = PaymentFlow(urls["payments"], str(user.token))
    yield made
    made.close()


def test_keys_hold_across_a_move_and_no_acknowledged_payment_is_lost_or_made_twice(
    project: RunningProject, flow: PaymentFlow
) -> None:
    with flow:
        for step in ("start", "cutover", "rollback"):
            more(flow)
            project.shared_db("move", step, "payments")
        more(flow)
    for said in flow.exchanges:
        again = flow.send(said.path, said.body, said.key)
        assert (again.status_code, again.content) == (said.status, said.content)
    changed = flow.send(said.path, {**said.body, "amount": 10**6}, said.key)
    assert (changed.status_code, changed.json()["code"]) == (422, "idempotency_key_reused")
    made = [json.loads(said.content)["id"] for said in flow.exchanges if "create" in said.key]
    captured = [said for said in flow.exchanges if "capture" in said.key]
    url = running_url(project.folder / ".data", "outgrow")
    assert url is not None
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT id::text FROM payments.payment_intents").fetchall()
        charged = connection.execute(
            "SELECT count(*) FROM payments.sandbox_operations WHERE kind = 'capture'"
        ).fetchall()
    assert sorted(key for (key,) in found) == sorted(made)
    assert charged == [(len(captured),)]


def more(flow: PaymentFlow) -> None:
    """Let some more payments be made where the service is now."""
    until, deadline = len(flow.exchanges) + 60, time.monotonic() + PATIENCE
    while len(flow.exchanges) < until and flow.runs:
        assert time.monotonic() < deadline
        time.sleep(0.02)
