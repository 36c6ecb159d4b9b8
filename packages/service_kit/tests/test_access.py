"""Who may call a route."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter, Depends
from service_kit import Principal, require, service_only, user_only

router = APIRouter(prefix="/v1")
Both = Annotated[Principal, Depends(require("a", "b"))]


@router.get("/any")
async def read_any(caller: Both) -> dict[str, str]:
    """For whoever has both scopes."""
    return {"acting": str(caller.acting_user), "kind": caller.kind}


@router.get("/user")
async def read_as_user(_caller: Annotated[Principal, Depends(user_only("a"))]) -> None:
    """For users."""


@router.get("/service")
async def read_as_service(_caller: Annotated[Principal, Depends(service_only("a"))]) -> None:
    """For services."""


def bearer(token: str, **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", **headers}


async def test_no_token_is_a_401_that_says_bearer(client_of: Any) -> None:
    async with client_of(router) as client:
        for headers in ({}, {"Authorization": "Basic x"}, {"Authorization": "Bearer"}):
            reply = await client.get("/v1/any", headers=headers)
            assert reply.status_code == 401
            assert reply.headers["www-authenticate"].startswith("Bearer")


async def test_all_scopes_are_needed(client_of: Any, token_issuer: Any) -> None:
    async with client_of(router) as client:
        for scopes, status in ((["a"], 403), (["a", "b"], 200), ([], 403), (["ab"], 403)):
            token = token_issuer.user(uuid4(), scopes=scopes, aud=["orders"])
            assert (await client.get("/v1/any", headers=bearer(token))).status_code == status


async def test_kinds_are_kept_apart(client_of: Any, token_issuer: Any) -> None:
    user = token_issuer.user(uuid4(), scopes=["a"], aud=["orders"])
    service = token_issuer.service("parcels", scopes=["a"], aud=["orders"])
    async with client_of(router) as client:
        for path, token, status in (
            ("/v1/user", user, 200),
            ("/v1/user", service, 403),
            ("/v1/service", service, 200),
            ("/v1/service", user, 403),
        ):
            assert (await client.get(path, headers=bearer(token))).status_code == status


async def test_only_a_service_names_an_acting_user(client_of: Any, token_issuer: Any) -> None:
    acting = str(UUID(int=9))
    user = token_issuer.user(uuid4(), scopes=["a", "b"], aud=["orders"])
    service = token_issuer.service("parcels", scopes=["a", "b"], aud=["orders"])
    async with client_of(router) as client:
        for token, seen in ((user, "None"), (service, acting)):
            reply = await client.get("/v1/any", headers=bearer(token, **{"Acting-User": acting}))
            assert reply.json()["acting"] == seen
        bad = await client.get("/v1/any", headers=bearer(service, **{"Acting-User": "me"}))
        assert bad.status_code in {400, 401, 422}


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
async def test_the_scheme_s_case_does_not_matter(
    client_of: Any, token_issuer: Any, scheme: str
) -> None:
    token = token_issuer.user(uuid4(), scopes=["a", "b"], aud=["orders"])
    async with client_of(router) as client:
        headers = {"Authorization": f"{scheme} {token}"}
        assert (await client.get("/v1/any", headers=headers)).status_code == 200
