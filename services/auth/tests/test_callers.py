"""Every endpoint and every kind of caller: an endpoint without a row in the table fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

DOCUMENT = json.loads((Path(__file__).parents[1] / "openapi.json").read_text(encoding="utf-8"))
ENDPOINTS = [
    (method.upper(), path)
    for path, operations in DOCUMENT["paths"].items()
    for method in operations
]

CALLERS = ("owner", "other", "admin", "service", "unnamed", "narrow", "anonymous")
"""The user it is about; another user; a user with the role admin; the administration's service
naming somebody; the same naming nobody; a service without the scope; nobody."""

EMAIL = {"email": "ada@example.com"}
LOGIN = {**EMAIL, "password": "a long enough phrase"}
RESET = {"token": "unknown", "password": "another long phrase"}
CHANGE = {"current_password": "a guess that fails", "new_password": "another long phrase"}

TABLE: dict[tuple[str, str], tuple[Any, ...]] = {
    # the body, then the status for each of CALLERS
    ("POST", "/v1/users"): (LOGIN, *[202] * 7),
    ("POST", "/v1/auth/login"): (LOGIN, *[200] * 7),
    ("POST", "/v1/auth/email/verify"): ({"token": "unknown"}, *[400] * 7),
    ("POST", "/v1/auth/password/forgot"): (EMAIL, *[202] * 7),
    ("POST", "/v1/auth/password/reset"): (RESET, *[400] * 7),
    ("POST", "/v1/auth/password/change"): (CHANGE, 403, 403, 403, 403, 403, 403, 401),
    ("POST", "/v1/auth/logout"): (None, 204, 204, 204, 403, 403, 403, 401),
    ("GET", "/v1/sessions"): (None, 200, 200, 200, 403, 403, 403, 401),
    ("DELETE", "/v1/sessions/{session_id}"): (None, 204, 404, 404, 403, 403, 403, 401),
    ("GET", "/v1/users/me"): (None, 200, 200, 200, 403, 403, 403, 401),
    ("GET", "/v1/users"): (None, 403, 403, 403, 200, 403, 403, 401),
    ("POST", "/v1/users/{user_id}/suspend"): (None, 403, 403, 403, 200, 403, 403, 401),
    ("POST", "/v1/users/{user_id}/reinstate"): (None, 403, 403, 403, 200, 403, 403, 401),
    ("POST", "/v1/users/{user_id}/erase"): (None, 403, 403, 403, 202, 403, 403, 401),
    ("POST", "/v1/users/{user_id}/sessions/revoke"): (None, 403, 403, 403, 204, 403, 403, 401),
    ("POST", "/v1/users/{user_id}/password-reset"): (None, 403, 403, 403, 202, 403, 403, 401),
    ("GET", "/v1/events"): (None, 403, 403, 403, 403, 403, 403, 401),
    ("POST", "/oauth/token"): (None, *[400] * 7),
    ("POST", "/oauth/revoke"): (None, *[401] * 7),
    ("POST", "/oauth/introspect"): (None, *[401] * 7),
    ("GET", "/.well-known/jwks.json"): (None, *[200] * 7),
    ("GET", "/.well-known/oauth-authorization-server"): (None, *[200] * 7),
    ("GET", "/livez"): (None, *[200] * 7),
    ("GET", "/readyz"): (None, *[200] * 7),
    ("GET", "/metrics"): (None, *[200] * 7),
    ("GET", "/v1/placement"): (None, 403, 403, 403, 403, 403, 403, 401),
}


async def prepared(visitor: Any, rows: Any) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """The headers of every caller, and what the placeholders of paths stand for."""
    members = {
        name: await visitor.member(f"{email}@example.com")
        for name, email in (("owner", "ada"), ("other", "eve"), ("admin", "root"))
    }
    headers = {name: visitor.bearer(tokens["access_token"]) for name, tokens in members.items()}
    found = await rows(
        "SELECT s.id, s.user_id FROM auth.sessions s JOIN auth.users u ON u.id = s.user_id "
        "WHERE u.email = 'ada@example.com'"
    )
    await rows(
        "INSERT INTO auth.user_roles SELECT id, 'admin', now() FROM auth.users "
        "WHERE email = 'root@example.com'"
    )
    as_root = await visitor.login("root@example.com")
    headers["admin"] = visitor.bearer(as_root.json()["access_token"])
    headers["service"] = await visitor.service()
    headers["unnamed"] = {"Authorization": headers["service"]["Authorization"]}
    narrow = await visitor.service("more")
    headers["narrow"] = {**narrow, "Acting-User": str(UUID(int=1))}
    headers["anonymous"] = {}
    return headers, {"session_id": str(found[0]["id"]), "user_id": str(found[0]["user_id"])}


def test_every_endpoint_has_a_row() -> None:
    assert sorted(TABLE) == sorted(ENDPOINTS)


@pytest.mark.parametrize(("method", "path"), sorted(TABLE))
async def test_an_endpoint_serves_whom_it_is_for(
    visitor: Any, rows: Any, method: str, path: str
) -> None:
    headers, stand_for = await prepared(visitor, rows)
    body, *expected = TABLE[method, path]
    answered = {}
    for caller in reversed(CALLERS):  # who may do most comes last
        reply = await visitor.client.request(
            method, path.format(**stand_for), json=body, headers=headers[caller]
        )
        answered[caller] = reply.status_code
        documented = DOCUMENT["paths"][path][method.lower()]["responses"]
        assert str(reply.status_code) in documented, (
            f"{caller}: {reply.status_code} is told nowhere"
        )
        if reply.status_code >= 400 and not path.startswith("/oauth/"):
            assert reply.headers["Content-Type"] == "application/problem+json"
    assert answered == dict(zip(CALLERS, expected, strict=True))
