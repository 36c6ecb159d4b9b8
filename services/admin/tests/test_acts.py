"""What administrators do to accounts: passed on in their name, and in the audit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

USER = {
    "id": str(UUID(int=1)),
    "email": "ada@example.com",
    "status": "suspended",
    "created_at": "2026-01-02T03:04:05Z",
}
ACTS = {
    "suspend": (200, "users.suspend"),
    "reinstate": (200, "users.reinstate"),
    "erase": (202, "users.erase"),
    "sessions/revoke": (204, "users.sessions_revoke"),
    "password-reset": (202, "users.password_reset"),
}
Headers = dict[str, str]


@pytest.mark.parametrize(("act", "told"), ACTS.items(), ids=ACTS)
async def test_an_act_is_passed_on_in_the_administrator_s_name_and_audited(
    client: httpx.AsyncClient,
    as_admin: Headers,
    stand_ins: Any,
    act: str,
    told: tuple[int, str],
) -> None:
    status, action = told
    answer = httpx.Response(204) if status == 204 else httpx.Response(status, json=USER)
    stand_ins.answers[f"auth/v1/users/{USER['id']}/{act}"] = answer
    reply = await client.post(f"/v1/admin/users/{USER['id']}/{act}", headers=as_admin)
    assert reply.status_code == status, reply.text
    (asked,) = stand_ins.asked
    assert asked.headers["Acting-User"] == str(UUID(int=0xAD))
    (entry,) = (await client.get("/v1/admin/audit", headers=as_admin)).json()["data"]
    assert (entry["action"], entry["targets"]) == (action, [USER["id"]])


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(("kind", "status"), [("user", 403), ("service", 403), (None, 401)])
async def test_nobody_else_may(
    client: httpx.AsyncClient,
    token_issuer: Any,
    stand_ins: Any,
    act: str,
    kind: str | None,
    status: int,
) -> None:
    tokens = {
        "user": token_issuer.user(UUID(int=1), scopes=["payments", "profile"]),
        "service": token_issuer.service("payments", scopes=["admin", "users:admin"]),
    }
    headers = {"Authorization": f"Bearer {tokens[kind]}"} if kind else {}
    reply = await client.post(f"/v1/admin/users/{USER['id']}/{act}", headers=headers)
    assert reply.status_code == status
    assert stand_ins.asked == []
