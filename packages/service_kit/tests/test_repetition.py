"""A request that met a fence is repeated whole; one that may have had an effect is not."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from service_kit import SessionDep
from shared_db import CommitUnknown, ConnectionLost, DatabaseUnavailable, HomeMoved

router = APIRouter()


@router.post("/v1/orders")
async def create_order(request: Request, _session: SessionDep) -> dict[str, Any]:
    """Echo the body."""
    return {"body": (await request.body()).decode()}


@router.get("/v1/stream")
async def stream_orders() -> StreamingResponse:
    """Fail in the midst of a reply."""

    async def parts() -> Any:
        yield b"begun"
        raise HomeMoved("moved")

    return StreamingResponse(parts())


@pytest.mark.parametrize("failure", [HomeMoved, ConnectionLost])
async def test_the_client_sees_no_error(client_of: Any, database: Any, failure: Any) -> None:
    database.failures = [failure("x"), failure("y")]
    database.recoveries = [True, True]
    async with client_of(router) as client:
        reply = await client.post("/v1/orders", content=b"the body")
    assert (reply.status_code, reply.json()) == (200, {"body": "the body"})
    assert database.transactions == 3


async def test_an_error_of_an_unmoved_home_is_real(client_of: Any, database: Any) -> None:
    database.failures = [HomeMoved("a privilege is missing")]
    async with client_of(router) as client:
        reply = await client.post("/v1/orders")
    assert (reply.status_code, database.transactions) == (500, 1)
    assert reply.json()["code"] == "internal_error"


async def test_nothing_is_repeated_after_a_commit(client_of: Any, database: Any) -> None:
    database.failures, database.recoveries = [HomeMoved("x")], [True]
    database.commits_before_failure = True
    async with client_of(router) as client:
        reply = await client.post("/v1/orders")
    assert database.transactions == 1
    assert (reply.status_code, reply.json()["code"]) == (503, "outcome_unknown")


async def test_an_unknown_outcome_is_told_and_not_repeated(client_of: Any, database: Any) -> None:
    database.failures = [CommitUnknown("x")]
    async with client_of(router) as client:
        reply = await client.post("/v1/orders")
    assert (reply.status_code, reply.json()["code"]) == (503, "outcome_unknown")
    assert database.transactions == 1


async def test_a_database_that_stays_away_is_told(client_of: Any, database: Any) -> None:
    database.failures = [DatabaseUnavailable("x")]
    async with client_of(router) as client:
        reply = await client.post("/v1/orders")
    assert (reply.status_code, reply.json()["code"]) == (503, "database_unavailable")
    assert reply.headers["retry-after"]


async def test_repetition_ends_at_its_deadline(client_of: Any, database: Any) -> None:
    database.failures = [ConnectionLost("x") for _ in range(100_000)]
    database.recoveries = [True] * 100_000
    async with client_of(router) as client:
        reply = await client.post("/v1/orders")
    assert (reply.status_code, reply.json()["code"]) == (503, "database_unavailable")
    assert database.transactions < 100


async def test_a_reply_that_has_begun_is_not_repeated(client_of: Any, database: Any) -> None:
    database.recoveries = [True]
    async with client_of(router) as client:
        with pytest.raises(HomeMoved):
            await client.get("/v1/stream")
    assert database.recoveries == [True]
