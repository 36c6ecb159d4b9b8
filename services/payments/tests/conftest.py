"""A running payments service on a database of its own, a clock to turn, and users who pay."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from payments_service.app import create_app
from payments_service.cashier import Cashier
from payments_service.settings import Settings


class TurnableClock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = datetime(2031, 5, 4, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by


class Payer:
    """A user of the API with a token of their own."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}"}

    async def get(self, path: str, **params: Any) -> httpx.Response:
        """GET ``path``."""
        return await self.client.get(path, params=params, headers=self.headers)

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> httpx.Response:
        """POST ``body`` under ``key``, by default a fresh one."""
        headers = {**self.headers, "Idempotency-Key": key or str(uuid4())}
        return await self.client.post(path, json=body, headers=headers)

    async def customer(self) -> str:
        """The id of the user's customer."""
        reply = await self.post("/v1/customers")
        assert reply.status_code in {200, 201}, reply.text
        return str(reply.json()["id"])

    async def intent(self, method: str | None = "pm_fake_ok", **fields: Any) -> dict[str, Any]:
        """A payment intent of 1000 EUR cents, or as ``fields`` say."""
        body = {"amount": 1000, "currency": "EUR", "payment_method": method, **fields}
        reply = await self.post("/v1/payment_intents", {"customer": await self.customer(), **body})
        assert reply.status_code == 201, reply.text
        return dict(reply.json())

    async def step(self, intent_id: str, verb: str, body: Any = None) -> httpx.Response:
        """Confirm, capture or cancel an intent."""
        return await self.post(f"/v1/payment_intents/{intent_id}/{verb}", body)

    async def authorized(self, method: str = "pm_fake_ok") -> str:
        """The id of an intent that can be captured."""
        intent_id = str((await self.intent(method))["id"])
        assert (await self.step(intent_id, "confirm")).json()["status"] == "requires_capture"
        return intent_id

    async def paid(self, method: str = "pm_fake_ok") -> str:
        """The id of an intent that was captured."""
        intent_id = await self.authorized(method)
        assert (await self.step(intent_id, "capture")).json()["status"] == "succeeded"
        return intent_id

    async def state(self, intent_id: str) -> dict[str, Any]:
        """The intent as it is now."""
        return dict((await self.get(f"/v1/payment_intents/{intent_id}")).json())


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
def settings(environment: Any) -> Settings:
    """Reconciliation happens when a test asks for it."""
    return Settings(payments_reconcile_interval=3600)


@pytest.fixture
async def app(settings: Settings, database_of: Any, token_issuer: Any, clock: TurnableClock) -> Any:
    database = await database_of("payments")
    return create_app(settings, database=database, keys=token_issuer.keys, clock=clock)


@pytest.fixture
async def client(app: Any, api: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with api(app) as running:
        yield running


@pytest.fixture
def cashier(app: Any) -> Cashier:
    cashier: Cashier = app.state.cashier
    return cashier


@pytest.fixture
def payer(client: httpx.AsyncClient, token_issuer: Any) -> Payer:
    return Payer(client, token_issuer.user(uuid4(), scopes=["payments"]))


@pytest.fixture
def other(client: httpx.AsyncClient, token_issuer: Any) -> Payer:
    return Payer(client, token_issuer.user(uuid4(), scopes=["payments"]))


@pytest.fixture
def staff(client: httpx.AsyncClient, token_issuer: Any) -> Payer:
    """A service that may see everybody's payments."""
    return Payer(client, token_issuer.service("admin", scopes=["payments:admin"]))


@pytest.fixture
async def rows(database_of: Any) -> Any:
    """Runs SQL as the service's own role and gives the rows."""
    database = await database_of("payments")

    async def fetch(sql: str, *args: UUID | str | int) -> list[Any]:
        async with database.connection() as connection:
            return list(await connection.fetch(sql, *args))

    return fetch
