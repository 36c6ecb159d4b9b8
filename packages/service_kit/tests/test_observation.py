"""Ids, traces, log lines, metrics and CORS."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
import structlog
from fastapi import APIRouter
from service_kit.middleware import current_headers

router = APIRouter(prefix="/v1")


@router.get("/orders/{order_id}")
async def get_order(order_id: UUID) -> dict[str, str]:
    """Tell what would travel on."""
    return current_headers()


async def test_a_valid_request_id_is_kept(plain: Any) -> None:
    reply = await plain.get("/livez", headers={"x-request-id": "a.B_c-1"})
    assert reply.headers["x-request-id"] == "a.B_c-1"


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "a\tb", "é"])
async def test_another_request_id_is_replaced(plain: Any, given: str) -> None:
    reply = await plain.get("/livez", headers={"x-request-id": given.encode()})
    assert UUID(reply.headers["x-request-id"]).version == 7


async def test_a_trace_goes_on_under_a_new_span(client_of: Any) -> None:
    given = f"00-{'a' * 32}-{'b' * 16}-01"
    async with client_of(router) as client:
        reply = await client.get(f"/v1/orders/{uuid4()}", headers={"traceparent": given})
        version, trace, span, flags = reply.json()["traceparent"].split("-")
    assert (version, trace, flags) == ("00", "a" * 32, "01")
    assert span != "b" * 16


@pytest.mark.parametrize(
    "given", ["x", f"00-{'0' * 32}-{'b' * 16}-01", f"ff-{'a' * 32}-{'b' * 16}-01"]
)
async def test_a_broken_trace_begins_anew(client_of: Any, given: str) -> None:
    async with client_of(router) as client:
        reply = await client.get(f"/v1/orders/{uuid4()}", headers={"traceparent": given})
    assert reply.json()["traceparent"].split("-")[1] not in {"0" * 32, "a" * 32}


async def test_a_request_is_one_line_without_ids_or_query(client_of: Any) -> None:
    async with client_of(router) as client:
        with structlog.testing.capture_logs() as lines:
            await client.get(f"/v1/orders/{uuid4()}?token=swordfish")
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/v1/orders/{order_id}", 200)
    assert "swordfish" not in str(lines)


async def test_metrics_are_kept_by_route(client_of: Any) -> None:
    async with client_of(router) as client:
        await client.get(f"/v1/orders/{uuid4()}")
        await client.get("/no/such/path")
        text = (await client.get("/metrics")).text
    assert 'route="/v1/orders/{order_id}",service="orders",status="200"' in text
    assert "/no/such" not in text
    assert "database_home_epoch{" in text


async def test_unusual_methods_do_not_make_labels(client_of: Any) -> None:
    async with client_of(router) as client:
        await client.request("BREW", f"/v1/orders/{uuid4()}")
        assert "BREW" not in (await client.get("/metrics")).text


async def test_origins_are_allowed_by_setting_alone(client_of: Any) -> None:
    headers = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
    async with client_of(router) as client:
        closed = await client.get("/livez", headers=headers)
    async with client_of(router, cors_origins=("https://shop.example",)) as client:
        preflight = await client.options("/livez", headers=headers)
        open_ = await client.get("/livez", headers=headers)
    assert "access-control-allow-origin" not in closed.headers
    assert open_.headers["access-control-allow-origin"] == "https://shop.example"
    assert preflight.headers["x-request-id"]
