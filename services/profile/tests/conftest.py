"""A running profile service on a database of its own, and callers of each kind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from profile_service.app import create_app


@pytest.fixture
def user_id() -> UUID:
    return uuid4()


@pytest.fixture
def as_user(token_issuer: Any, user_id: UUID) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_issuer.user(user_id, scopes=['profile'])}"}


@pytest.fixture
def as_service(token_issuer: Any) -> dict[str, str]:
    token = token_issuer.service("payments", scopes=["profiles:read"])
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
async def client(environment: Any, api: Any, token_issuer: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with api(create_app(keys=token_issuer.keys)) as running:
        yield running
