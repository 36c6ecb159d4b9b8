"""A running auth service on a database of its own, a mailbox, and a clock to turn."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from auth_service import passwords
from auth_service.app import create_app
from auth_service.mail import Mail
from auth_service.settings import Settings
from fastapi import FastAPI

PASSWORD = "a long enough phrase"
SECRET = "a secret of the tests"
CLIENTS = json.dumps(
    {
        "admin": {"secret": SECRET, "scopes": ["users:admin", "more"]},
        "parcels": {"secret": f"{SECRET}, another", "scopes": ["more"]},
    }
)

CHEAP_DUMMY = (
    "$argon2id$v=19$m=64,t=1,p=1$GsMYY6x1LsWYU2pNCcEYYw$JpHuwazotKYlLlb+tV2PUHAF6iH4On1gC7zz6iuZXis"
)
"""The hash of a random text that nobody kept, with parameters that cost next to nothing."""


class TurnableClock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


class Mailbox:
    """Keeps what was sent."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        """Keep it."""
        self.mails.append(mail)

    def token(self) -> str:
        """The token in the newest mail."""
        found = re.search(r"token=(\S+)", self.mails[-1].text)
        assert found is not None
        return found[1]


class Visitor:
    """Somebody who uses the API."""

    def __init__(self, client: httpx.AsyncClient, mailbox: Mailbox) -> None:
        self.client = client
        self.mailbox = mailbox

    async def register(self, email: str, password: str = PASSWORD) -> httpx.Response:
        """Ask for an account."""
        return await self.client.post("/v1/users", json={"email": email, "password": password})

    async def verify(self, token: str) -> httpx.Response:
        """Show that the mail arrived."""
        return await self.client.post("/v1/auth/email/verify", json={"token": token})

    @asynccontextmanager
    async def elsewhere(self, address: str) -> AsyncIterator[Visitor]:
        """The same API used from another network address, with no cookies."""
        transport = self.client._transport
        assert isinstance(transport, httpx.ASGITransport)
        other = httpx.ASGITransport(app=transport.app, client=(address, 1))
        hooks: Any = self.client.event_hooks
        async with httpx.AsyncClient(
            transport=other, base_url="http://test", event_hooks=hooks
        ) as client:
            yield Visitor(client, self.mailbox)

    async def login(self, email: str, password: str = PASSWORD) -> httpx.Response:
        """Log in."""
        body = {"email": email, "password": password}
        return await self.client.post("/v1/auth/login", json=body)

    async def member(self, email: str = "ada@example.com") -> dict[str, Any]:
        """The tokens of a new, verified and logged-in user."""
        assert (await self.register(email)).status_code == 202
        assert (await self.verify(self.mailbox.token())).status_code == 204
        return dict((await self.login(email)).json())

    async def refresh(self, token: str) -> httpx.Response:
        """Exchange a refresh token."""
        return await self.token({"grant_type": "refresh_token", "refresh_token": token})

    async def token(self, form: Mapping[str, str], **options: Any) -> httpx.Response:
        """Ask the token endpoint."""
        return await self.client.post("/oauth/token", data=dict(form), **options)

    async def service(self, scope: str = "users:admin") -> dict[str, str]:
        """The headers of the administration's service, which acts for somebody."""
        form = {"grant_type": "client_credentials", "scope": scope}
        reply = await self.token(form, auth=("admin", SECRET))
        acting = {"Acting-User": str(UUID(int=0xAD))}
        return {**self.bearer(reply.json()["access_token"]), **acting}

    async def administer(self, user_id: str, what: str) -> httpx.Response:
        """Do something to an account, as the administration's service does."""
        path = f"/v1/users/{user_id}/{what}"
        return await self.client.post(path, headers=await self.service())

    async def me(self, access_token: str) -> httpx.Response:
        """Read the own account."""
        return await self.client.get("/v1/users/me", headers=self.bearer(access_token))

    @staticmethod
    def bearer(token: str) -> dict[str, str]:
        """The header that carries a token."""
        return {"Authorization": f"Bearer {token}"}


@pytest.fixture(autouse=True)
def cost_of_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Next to nothing, also for who is unknown; modules about the cost override this."""
    monkeypatch.setattr(passwords, "MEMORY", 64)
    monkeypatch.setattr(passwords, "PASSES", 1)
    monkeypatch.setattr(passwords, "_DUMMY", CHEAP_DUMMY)


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def settings(environment: Any, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("OAUTH_CLIENTS", CLIENTS)
    return Settings()


@pytest.fixture
def app(settings: Settings, mailbox: Mailbox, clock: TurnableClock) -> FastAPI:
    return create_app(settings, mailer=mailbox, clock=clock)


def delivery(app: FastAPI) -> Any:
    """Sends the mails that a request has asked for, as the worker does in its own time."""

    async def deliver(_reply: httpx.Response) -> None:
        await app.state.background.worker.round()

    return deliver


@pytest.fixture
async def client(app: FastAPI, api: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with api(app) as running:
        running.event_hooks["response"] = [delivery(app)]
        yield running


@pytest.fixture
def visitor(client: httpx.AsyncClient, mailbox: Mailbox) -> Visitor:
    return Visitor(client, mailbox)


@pytest.fixture
def rows(app: FastAPI) -> Any:
    """Runs SQL as the service's own role and gives the rows."""

    async def fetch(sql: str, *args: Any) -> list[Any]:
        async with app.state.database.connection() as connection:
            return list(await connection.fetch(sql, *args))

    return fetch
