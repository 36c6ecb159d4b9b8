"""Sessions while auth moves: one lineage of refresh tokens, and what ends a session ends it."""

from __future__ import annotations

import asyncio
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from shared_db.embedded_address import running_url

from tests.journey import accounts, payments
from tests.journey.client import Client
from tests.journey.mailbox import Mailbox
from tests.system.conftest import NewProject
from tests.system.project import RunningProject

pytestmark = [pytest.mark.long]

PASSWORD, OTHER = "a long enough password", "another long password"
AT_ONCE = 50
LIFETIME = 30
"""Seconds of an access token: what was ended can be used elsewhere for no longer."""


@pytest.fixture
def project(new_project: NewProject) -> RunningProject:
    """Auth is being copied; the cut is the test's."""
    made = new_project(
        PLACEMENT="schemas",
        AUTH_REFRESH_GRACE_SECONDS="10",
        AUTH_ACCESS_TOKEN_SECONDS=str(LIFETIME),
    )
    made.runner("up", "--detach")
    made.set("PLACEMENT", "databases")  # for the tool; the services learn it from the database
    return made


class People:
    """Users and administrators of a project.

    Args:
        project: whose services they use.
        http: does the requests.
    """

    def __init__(self, project: RunningProject, http: httpx.Client) -> None:
        self._project = project
        self.client = Client(http, {n: f"http://127.0.0.1:{p}" for n, p in project.ports.items()})
        self._mailbox = Mailbox(project.folder / ".data" / "mail", patience=30.0)

    def user(self, name: str) -> tuple[Client, Any]:
        """A new user's client and tokens."""
        accounts.new_user(self.client, self._mailbox, f"{name}@example.com", PASSWORD)
        return accounts.log_in(self.client, f"{name}@example.com", PASSWORD)

    def administrator(self) -> None:
        """Make the one that suspends."""
        self.user("root")
        self._project.auth("grant-role", "root@example.com", "admin")

    def suspend(self, user_id: str) -> None:
        """As an administrator does."""
        root, _ = accounts.log_in(self.client, "root@example.com", PASSWORD)
        root.send("POST", "admin", f"/v1/admin/users/{user_id}/suspend")

    def reset(self, email: str) -> None:
        """Set another password with a token from a mail."""
        known = self._mailbox.token_for(email)
        asked = {"email": email}
        self.client.send("POST", "auth", "/v1/auth/password/forgot", expect=202, json=asked)
        wait_for(lambda: self._mailbox.token_for(email) != known)
        body = {"token": self._mailbox.token_for(email), "password": OTHER}
        self.client.send("POST", "auth", "/v1/auth/password/reset", expect=204, json=body)


class Cut(threading.Thread):
    """A step of a move, taken while the test does something."""

    def __init__(self, project: RunningProject, step: str) -> None:
        super().__init__(name=step)
        self._project = project
        self._step = step
        self.done: subprocess.CompletedProcess[str] | None = None

    def run(self) -> None:
        """Take it."""
        self.done = self._project.shared_db("move", self._step, "auth", check=False)

    def finish(self) -> None:
        """See that it succeeded."""
        self.join()
        assert self.done is not None
        assert self.done.returncode == 0, self.done.stdout


async def refreshed(url: str, token: str, times: int) -> list[httpx.Response]:
    """The replies to so many refreshes of one token at once."""
    limits = httpx.Limits(max_connections=times)
    form = {"grant_type": "refresh_token", "refresh_token": token}
    async with httpx.AsyncClient(limits=limits, timeout=60) as http:
        asked = (http.post(f"{url}/oauth/token", data=form) for _ in range(times))
        return list(await asyncio.gather(*asked))


def test_fifty_concurrent_refreshes_of_one_token_have_one_lineage_while_auth_moves(
    project: RunningProject,
) -> None:
    with httpx.Client(timeout=60) as http:
        people = People(project, http)
        _, tokens = people.user("ada")
    url, lineage = people.client.urls["auth"], [tokens["refresh_token"]]

    def carry_on() -> None:
        replies = asyncio.run(refreshed(url, lineage[-1], AT_ONCE))
        assert [reply.status_code for reply in replies] == [200] * AT_ONCE, replies[0].text
        (following,) = {reply.json()["refresh_token"] for reply in replies}
        lineage.append(following)

    project.shared_db("move", "start", "auth")
    for step in ("cutover", "rollback", "cutover"):
        cut = Cut(project, step)
        cut.start()
        carry_on()
        while cut.is_alive():
            carry_on()
        cut.finish()
        carry_on()
    kept = rows(project, "SELECT parent_id, count(*) FROM auth.refresh_tokens GROUP BY parent_id")
    children = [count for parent, count in kept if parent is not None]
    assert children == [1] * (len(lineage) - 1), "each token has one successor, none was lost"
    assert len(lineage) > 6
    (replayed,) = asyncio.run(refreshed(url, lineage[-3], 1))
    assert (replayed.status_code, replayed.json()["error"]) == (400, "invalid_grant")
    (newest,) = asyncio.run(refreshed(url, lineage[-1], 1))
    assert newest.status_code == 400, "the replay has ended the lineage"


def test_a_replay_before_the_cut_has_ended_the_lineage_after_it(project: RunningProject) -> None:
    with httpx.Client(timeout=60) as http:
        people = People(project, http)
        _, tokens = people.user("ada")
    url, lineage = people.client.urls["auth"], [tokens["refresh_token"]]
    project.shared_db("move", "start", "auth")
    for _ in range(2):
        (reply,) = asyncio.run(refreshed(url, lineage[-1], 1))
        lineage.append(reply.json()["refresh_token"])
    (replayed,) = asyncio.run(refreshed(url, lineage[0], 1))
    assert replayed.status_code == 400
    project.shared_db("move", "cutover", "auth")
    for token in lineage:
        (reply,) = asyncio.run(refreshed(url, token, 1))
        assert reply.status_code == 400


def test_suspend_reset_and_logout_end_sessions_and_block_payments_while_auth_moves(
    project: RunningProject,
) -> None:
    with httpx.Client(timeout=60) as http:
        people = People(project, http)
        people.administrator()
        names = {"logout": "ada", "suspend": "bob", "reset": "eve"}
        project.shared_db("move", "start", "auth")
        users = {act: people.user(name) for act, name in names.items()}
        intents = {act: wish(client) for act, (client, _) in users.items()}
        bob = accounts.me(users["suspend"][0])["id"]
        cut = Cut(project, "cutover")
        cut.start()
        users["logout"][0].send("POST", "auth", "/v1/auth/logout", expect=204)
        people.suspend(bob)
        people.reset("eve@example.com")
        cut.finish()
        for act, (client, tokens) in users.items():
            client.send("GET", "auth", "/v1/users/me", expect=401)
            (reply,) = asyncio.run(refreshed(client.urls["auth"], tokens["refresh_token"], 1))
            assert reply.status_code == 400, act
        for act, (client, _) in users.items():
            wait_until_refused(client, intents[act])


def wish(client: Client) -> str:
    """A payment intent that could be confirmed."""
    customer = payments.create_customer(client)["id"]
    made = payments.create_payment_intent(
        client, str(uuid4()), customer=customer, amount=500, currency="EUR"
    )
    return str(made.json()["id"])


def may_pay(client: Client, intent: str) -> bool:
    """Whether a payment is still taken on: with a method that is declined, so that it can be asked
    again and again."""
    body = {"payment_method": "pm_fake_declined"}
    reply = client.send(
        "POST",
        "payments",
        f"/v1/payment_intents/{intent}/confirm",
        expect=(200, 401, 402, 409),
        json=body,
        headers=payments.key(str(uuid4())),
    )
    return reply.status_code in (200, 402)


def wait_until_refused(client: Client, intent: str) -> None:
    """Wait for the end of the access token, or for the news of the suspension."""
    wait_for(lambda: not may_pay(client, intent))


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until it holds, two minutes at most."""
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def rows(project: RunningProject, statement: str) -> list[Any]:
    """What a statement finds at auth's home after the cut."""
    url = running_url(project.folder / ".data", "auth_db")
    assert url is not None
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode()).fetchall()
