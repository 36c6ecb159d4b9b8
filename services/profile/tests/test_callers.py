"""Every endpoint and every kind of caller: the table."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

ME = "/v1/profiles/me"
PREFERENCES = "/v1/profiles/me/preferences"
OTHER = f"/v1/profiles/{UUID(int=1)}"
KNOWN = f"/v1/profiles/{UUID(int=2)}"

TABLE = [
    # method, path,       user, admin, no scope, service, service without scope, anonymous
    ("GET", ME, 200, 200, 403, 403, 403, 401),
    ("PATCH", ME, 200, 200, 403, 403, 403, 401),
    ("GET", PREFERENCES, 200, 200, 403, 403, 403, 401),
    ("PUT", PREFERENCES, 200, 200, 403, 403, 403, 401),
    ("POST", f"{ME}/export", 202, 202, 403, 403, 403, 401),
    ("GET", f"{ME}/exports/{UUID(int=1)}", 404, 404, 403, 403, 403, 401),
    ("DELETE", ME, 202, 202, 403, 403, 403, 401),
    ("GET", KNOWN, 403, 403, 403, 200, 403, 401),
    ("GET", "/v1/events", 403, 403, 403, 403, 403, 401),
    ("GET", "/v1/placement", 403, 403, 403, 403, 403, 401),
    ("GET", OTHER, 403, 403, 403, 404, 403, 401),
]
KINDS = ("user", "admin", "no scope", "service", "service without scope", "anonymous")


def token_of(issuer: Any, kind: str) -> str | None:
    match kind:
        case "user":
            return str(issuer.user(UUID(int=2), scopes=["profile", "payments"]))
        case "admin":
            return str(issuer.user(UUID(int=3), scopes=["profile", "payments", "admin"]))
        case "no scope":
            return str(issuer.user(UUID(int=4), scopes=["payments"]))
        case "service":
            return str(issuer.service("admin", scopes=["profiles:read", "profile"]))
        case "service without scope":
            return str(issuer.service("admin", scopes=["users:admin"]))
    return None


@pytest.mark.parametrize("kind", KINDS)
async def test_each_caller_gets_what_is_theirs(
    client: httpx.AsyncClient, token_issuer: Any, subtests: pytest.Subtests, kind: str
) -> None:
    owner = {"Authorization": f"Bearer {token_of(token_issuer, 'user')}"}
    assert (await client.get(ME, headers=owner)).status_code == 200
    token = token_of(token_issuer, kind)
    headers = {"If-Match": "*"} | ({"Authorization": f"Bearer {token}"} if token else {})
    for method, path, *statuses in sorted(TABLE, key=lambda row: row[0] == "DELETE"):
        with subtests.test(method=method, path=path):
            body: dict[str, Any] | None = {} if method in {"PATCH", "PUT"} else None
            reply = await client.request(str(method), str(path), json=body, headers=headers)
            assert reply.status_code == statuses[KINDS.index(kind)]
            if reply.status_code >= 400:
                assert reply.headers["Content-Type"] == "application/problem+json"


async def test_a_token_for_another_service_is_refused(
    client: httpx.AsyncClient, token_issuer: Any
) -> None:
    token = token_issuer.user(UUID(int=2), scopes=["profile"], aud=["payments"])
    reply = await client.get(ME, headers={"Authorization": f"Bearer {token}"})
    assert reply.status_code == 401


async def test_nothing_but_the_owner_s_token_names_the_owner(
    client: httpx.AsyncClient, token_issuer: Any
) -> None:
    token = token_issuer.user(UUID(int=2), scopes=["profile"])
    headers = {"Authorization": f"Bearer {token}", "Acting-User": str(UUID(int=9))}
    reply = await client.get(f"{ME}?user_id={UUID(int=9)}", headers=headers)
    assert reply.json()["user_id"] == str(UUID(int=2))
