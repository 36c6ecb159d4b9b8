"""Every endpoint and every kind of caller: only a user with the scope ``admin`` gets in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

PATHS = ["users", "payments", "placement", "audit"]
CALLERS = {
    "admin": 200,
    "user": 403,
    "service with scope admin": 403,
    "service": 403,
    "stranger": 401,
    "anonymous": 401,
}


def token_of(issuer: Any, kind: str) -> str | None:
    match kind:
        case "admin":
            return str(issuer.user(UUID(int=1), scopes=["admin"]))
        case "user":
            return str(issuer.user(UUID(int=1), scopes=["payments", "profile"]))
        case "service with scope admin":
            return str(issuer.service("payments", scopes=["admin"]))
        case "service":
            return str(issuer.service("admin", scopes=["users:admin", "payments:admin"]))
        case "stranger":
            return str(issuer.user(UUID(int=1), scopes=["admin"], aud=["auth"]))
    return None


@pytest.mark.parametrize(("kind", "status"), CALLERS.items(), ids=CALLERS)
async def test_only_administrators_get_in(
    client: httpx.AsyncClient,
    token_issuer: Any,
    stand_ins: Any,
    subtests: pytest.Subtests,
    kind: str,
    status: int,
) -> None:
    stand_ins.page("auth/v1/users")
    stand_ins.page("payments/v1/payment_intents")
    token = token_of(token_issuer, kind)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    for path in PATHS:
        with subtests.test(path=path):
            reply = await client.get(f"/v1/admin/{path}", headers=headers)
            assert reply.status_code == status
            if status >= 400:
                assert stand_ins.asked == []
                assert reply.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_the_audit_has_no_method_that_changes_it(
    client: httpx.AsyncClient, as_admin: dict[str, str], method: str
) -> None:
    reply = await client.request(method, "/v1/admin/audit", headers=as_admin)
    assert reply.status_code == 405
