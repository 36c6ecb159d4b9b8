"""A running admin service whose upstreams are stand-ins, and an administrator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from admin_service.app import create_app
from service_kit import ServiceClient

ADMINISTRATOR = UUID(int=0xAD)


class StandIns:
    """Other services: what they answer by host and path, and what they were asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> Any:
        """What the service says; a token to whoever wants one."""
        if request.url.path == "/oauth/token":
            body = {"access_token": "of-admin", "token_type": "Bearer", "expires_in": 300}
            return httpx.Response(200, json=body)
        self.asked.append(request)
        answer = self.answers.get(request.url.host + request.url.path)
        if answer is None:
            raise httpx.ConnectError("refused", request=request)
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def page(self, place: str, *data: dict[str, Any], next_cursor: str | None = None) -> None:
        """Let the service answer with a page."""
        body = {"data": data, "has_more": next_cursor is not None, "next_cursor": next_cursor}
        self.answers[place] = lambda _request: httpx.Response(200, json=body)


@pytest.fixture
def as_admin(token_issuer: Any) -> dict[str, str]:
    token = token_issuer.user(ADMINISTRATOR, scopes=["payments", "profile", "admin"])
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def stand_ins() -> StandIns:
    return StandIns()


@pytest.fixture
async def client(
    environment: Any,
    api: Any,
    token_issuer: Any,
    stand_ins: StandIns,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setenv("ADMIN_CLIENT_SECRET", "known to the issuer")
    for name in {"auth", "payments", *environment.services}:
        monkeypatch.setenv(f"{name.upper()}_URL", f"http://{name}")

    def connect(name: str) -> ServiceClient:
        return ServiceClient(name, own="admin", transport=httpx.MockTransport(stand_ins.answer))

    async with api(create_app(keys=token_issuer.keys, connect=connect)) as running:
        yield running
