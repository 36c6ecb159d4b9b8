"""An application over a stand-in for the database: what it raises is programmed by the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from service_kit import ServiceSettings, build_app
from shared_db import Address, Home, Service
from shared_db.request_scope import note_commit

SERVICE = Service(
    name="orders",
    title="Orders",
    port=9999,
    metadata="orders_sample:metadata",
    migrations="orders_sample:migrations",
    app="orders_sample:create_app",
)
HOME = Home("orders", 3, Address("db.example", 5432, "orders_db"), UUID(int=1))


class StandIn:
    """Behaves as ``shared_db.Database``; each failure in ``failures`` ends one transaction."""

    def __init__(self) -> None:
        self.service = SERVICE
        self.home = HOME
        self.failures: list[Exception] = []
        self.recoveries: list[bool] = []
        self.commits_before_failure = False
        self.transactions = 0
        self.opened = False

    async def open(self) -> None:
        self.opened = True

    async def close(self) -> None:
        self.opened = False

    async def revision(self) -> str:
        return "orders_0001"

    async def state(self) -> str:
        return "active"

    async def recover(self, _error: Exception, **_options: float) -> bool:
        return self.recoveries.pop(0) if self.recoveries else False

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Any]:
        self.transactions += 1
        yield SimpleNamespace()
        if self.failures:
            if self.commits_before_failure:
                note_commit()
            raise self.failures.pop(0)
        note_commit()


@pytest.fixture(autouse=True)
def _known_issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests do not depend on the ports of whoever runs them."""
    monkeypatch.setenv("ISSUER", "http://127.0.0.1:8001")


@pytest.fixture
def database() -> StandIn:
    return StandIn()


@pytest.fixture
def settings() -> ServiceSettings:
    return ServiceSettings(issuer="http://127.0.0.1:8001", body_limit=1000, repeat_deadline=0.2)


@pytest.fixture
def app_of(database: Any, settings: ServiceSettings, token_issuer: Any) -> Callable[..., FastAPI]:
    """Makes the application with the routes of a test."""

    def make(*routers: APIRouter, **changes: Any) -> FastAPI:
        return build_app(
            SERVICE,
            settings.model_copy(update=changes),
            routers=routers,
            database=database,
            keys=token_issuer.keys,
        )

    return make


@pytest.fixture
def client_of(app_of: Callable[..., FastAPI], api: Any) -> Callable[..., Any]:
    """``async with client_of(router) as client``."""

    def make(*routers: APIRouter, **changes: Any) -> Any:
        return api(app_of(*routers, **changes))

    return make


@pytest.fixture
async def plain(client_of: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of() as client:
        yield client
