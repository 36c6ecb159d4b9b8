"""Events flow while producer and consumers move: none is lost, applied twice or out of turn."""

from __future__ import annotations

import time
from typing import Any

import httpx
import psycopg
import pytest
from shared_db.embedded_address import running_url

from tests.journey import accounts
from tests.journey.client import Client
from tests.journey.mailbox import Mailbox
from tests.system.conftest import NewProject
from tests.system.event_flow import PASSWORD, EventFlow
from tests.system.project import RunningProject

pytestmark = [pytest.mark.long]

PATIENCE = 120.0
CONSUMERS = ("profile", "payments")
HANDLED = {
    "profile": {"user.registered", "user.erased"},
    "payments": {"user.registered", "user.suspended", "user.reinstated", "user.erased"},
}


@pytest.fixture
def project(new_project: NewProject) -> RunningProject:
    made = new_project(PLACEMENT="schemas", AUTH_ADDRESS_REQUESTS="1000000")
    made.runner("up", "--detach")
    made.set("PLACEMENT", "databases")  # for the tool; the services learn it from the database
    return made


@pytest.fixture
def urls(project: RunningProject) -> dict[str, str]:
    return {name: f"http://127.0.0.1:{port}" for name, port in project.ports.items()}


def test_events_survive_moves_of_producer_and_consumers(
    project: RunningProject, urls: dict[str, str]
) -> None:
    administrator, targets = people(project, urls)
    with EventFlow(urls, administrator, targets) as flow:
        for service in ("auth", *CONSUMERS):
            project.shared_db("move", "start", service)
            more(flow)
            project.shared_db("move", "cutover", service)
            more(flow)
        project.shared_db("move", "rollback", "auth")
        more(flow)
    for consumer in CONSUMERS:
        caught_up(project, consumer)
    told = rows(project, "auth", "SELECT id, type, subject FROM auth.outbox ORDER BY position")
    assert rows(project, "auth", "SELECT count(*) FROM auth.users") == [
        (len(flow.registered) + len(targets) + 1,)
    ]
    for target in targets:
        acts = [kind for _, kind, subject in told if subject == target][1:]
        assert acts == (["user.suspended", "user.reinstated"] * flow.turns)[: flow.turns]
    for consumer in CONSUMERS:
        expected = [str(event) for event, kind, _ in told if kind in HANDLED[consumer]]
        applied = rows(
            project, consumer, f"SELECT event_id FROM {consumer}.inbox ORDER BY applied_at"
        )
        assert [str(event) for (event,) in applied] == expected
        assert rows(project, consumer, f"SELECT count(*) FROM {consumer}.dead_letters") == [(0,)]
    registered = {subject for _, kind, subject in told if kind == "user.registered"}
    for statement, consumer in (
        ("SELECT user_id::text FROM profile.profiles", "profile"),
        ("SELECT user_id::text FROM payments.customers", "payments"),
    ):
        assert sorted(key for (key,) in rows(project, consumer, statement)) == sorted(registered)
    suspended = "SELECT user_id::text FROM payments.customers WHERE status = 'suspended'"
    assert {key for (key,) in rows(project, "payments", suspended)} == (
        set(targets) if flow.turns % 2 else set()
    )
    certified(urls, administrator, targets[0])


def certified(urls: dict[str, str], administrator: str, user_id: str) -> None:
    """Erase a user, and wait until all services have acknowledged it from where they are now."""
    with httpx.Client(timeout=60) as http:
        client = Client(http, urls, administrator)
        client.send("POST", "admin", f"/v1/admin/users/{user_id}/erase", expect=202)
        deadline, told = time.monotonic() + PATIENCE, list[str]()
        while "erasure.certified" not in told:
            assert time.monotonic() < deadline, told
            time.sleep(0.1)
            reply = client.send("GET", "admin", "/v1/admin/audit", params={"target": user_id})
            told = [entry["action"] for entry in reply.json()["data"]]


def people(project: RunningProject, urls: dict[str, str]) -> tuple[str, list[str]]:
    """An administrator's token, and ids of users who can be suspended."""
    mailbox = Mailbox(project.folder / ".data" / "mail")
    with httpx.Client(timeout=60) as http:
        client = Client(http, urls)
        users = [
            accounts.new_user(client, mailbox, f"{name}@example.com", PASSWORD)
            for name in ("ada", "bob")
        ]
        email = "root@example.com"
        accounts.new_user(client, mailbox, email, PASSWORD)
        project.auth("grant-role", email, "admin")
        administrator, _ = accounts.log_in(client, email, PASSWORD)
        return str(administrator.token), [str(accounts.me(user)["id"]) for user in users]


def more(flow: EventFlow) -> None:
    """Let some more turns be taken where the services are now."""
    until, deadline = flow.turns + 5, time.monotonic() + PATIENCE
    while flow.turns < until and flow.is_alive():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def caught_up(project: RunningProject, consumer: str) -> None:
    """Wait until the consumer has read the last event that concerns it."""
    deadline = time.monotonic() + PATIENCE
    types = ", ".join(f"'{kind}'" for kind in HANDLED[consumer])
    last = f"SELECT max(position) FROM auth.outbox WHERE type IN ({types})"
    last += " HAVING count(*) = count(position)"
    read = f"SELECT position FROM {consumer}.feed_positions WHERE producer = 'auth'"
    while rows(project, "auth", last) != rows(project, consumer, read):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def rows(project: RunningProject, service: str, statement: str) -> list[Any]:
    """What a statement finds at the service's home, as these tests leave it."""
    database = "outgrow" if service == "auth" else f"{service}_db"
    url = running_url(project.folder / ".data", database)
    assert url is not None
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode()).fetchall()
