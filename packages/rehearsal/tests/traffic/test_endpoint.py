"""Requests on kept-alive connections: never repeated, never kept waiting for one another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from rehearsal.traffic.endpoint import Endpoint
from rehearsal.traffic.message import Reply, request
from shared_db.errors import ConfigurationError


@pytest.fixture
async def endpoint(service: Any) -> AsyncIterator[Endpoint]:
    made = Endpoint(service.url, timeout=5.0)
    yield made
    await made.close()


async def ask(endpoint: Endpoint) -> Reply:
    reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
    endpoint.send(request("GET", "/", endpoint.host), reply.set_result)
    return await reply


async def test_a_connection_is_used_again(service: Any, endpoint: Endpoint) -> None:
    replies = [await ask(endpoint) for _ in range(3)]
    assert [(reply.status, reply.body) for reply in replies] == [(200, b"{}")] * 3
    assert service.connections == 1


async def test_requests_at_once_do_not_wait_for_one_another(
    service: Any, endpoint: Endpoint
) -> None:
    all_there = asyncio.Event()

    async def wait_for_all(writer: asyncio.StreamWriter) -> None:
        if len(service.requests) == 5:
            all_there.set()
        await all_there.wait()
        await service.ok(writer)

    service.answer = wait_for_all
    replies = await asyncio.gather(*(ask(endpoint) for _ in range(5)))
    assert [reply.status for reply in replies] == [200] * 5
    assert service.connections == 5


async def test_a_request_without_reply_fails_after_the_timeout(service: Any) -> None:
    silent = asyncio.Event()

    async def never(_writer: asyncio.StreamWriter) -> None:
        await silent.wait()

    service.answer = never
    endpoint = Endpoint(service.url, timeout=0.05)
    reply = await ask(endpoint)
    assert (reply.status, reply.failure) == (0, "no reply within 0.05 s")
    silent.set()
    await endpoint.close()


async def test_a_dropped_connection_is_a_failure_and_is_not_repeated(
    service: Any, endpoint: Endpoint
) -> None:
    async def drop(writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    service.answer = drop
    reply = await ask(endpoint)
    assert reply.status == 0
    assert "connection" in reply.failure
    assert len(service.requests) == 1


async def test_a_reply_that_ends_the_connection_counts(service: Any, endpoint: Endpoint) -> None:
    async def last(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 503 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")

    service.answer = last
    assert (await ask(endpoint)).status == 503
    assert (await ask(endpoint)).status == 503
    assert service.connections == 2


async def test_what_is_not_http_is_a_failure(service: Any, endpoint: Endpoint) -> None:
    async def nonsense(writer: asyncio.StreamWriter) -> None:
        writer.write(b"nonsense\r\n\r\n")

    service.answer = nonsense
    assert (await ask(endpoint)).failure.startswith("not HTTP")


async def test_nobody_listening_is_a_failure(unused_tcp_port: int) -> None:
    endpoint = Endpoint(f"http://127.0.0.1:{unused_tcp_port}", timeout=1.0)
    assert (await ask(endpoint)).failure.startswith("no connection")
    await endpoint.close()


async def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="write http://host:port"):
        Endpoint("auth:8001", timeout=1.0)
