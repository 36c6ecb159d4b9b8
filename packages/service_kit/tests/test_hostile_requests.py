"""No request makes a service answer 5xx, and every error is a problem."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter, Depends, Header, Query
from pydantic import BaseModel, Field
from service_kit import PageParams, RequestBody, SessionDep, decode_cursor

PROBLEM = "application/problem+json"


class Line(RequestBody):
    """A line of an order."""

    text: str = ""


class Order(RequestBody):
    """An order."""

    text: str = ""
    amount: int = 1
    ratio: float = 1.0
    anything: dict[str, Any] = Field(default_factory=dict)
    lines: list[Line] = Field(default_factory=list)


class Loose(BaseModel):
    """A body that is not a RequestBody."""

    model_config = {"extra": "forbid"}
    text: str = ""


router = APIRouter()


@router.post("/v1/orders")
async def create_order(order: Order) -> dict[str, Any]:
    """Make an order."""
    return {"text": order.text, "amount": order.amount}


@router.post("/v1/loose")
async def create_loosely(order: Loose) -> dict[str, str]:
    """Take a body of another kind."""
    return {"length": str(len(order.text))}


@router.get("/v1/orders/{order_id}")
async def get_order(
    order_id: UUID,
    q: Annotated[str, Query(max_length=5)] = "",
    tag: Annotated[int, Header(alias="X-Tag")] = 0,
) -> dict[str, str]:
    """Read an order."""
    return {"id": str(order_id), "q": q}


@router.get("/v1/orders")
async def list_orders(page: Annotated[PageParams, Depends()]) -> dict[str, Any]:
    """List orders."""
    return {"key": page.cursor and decode_cursor(page.cursor)}


@router.get("/v1/broken")
async def break_down(_session: SessionDep) -> None:
    """Fail."""
    raise RuntimeError("the secret is swordfish")


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/loose"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b"{",
        b"\xff\xfe",
        b"[" * 900,
        b'{"text": "\\u0000"}',
        b'{"text": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"a\\u0000": 1}',
        b'{"amount": 9223372036854775808, "unknown": 1}',
        b'{"amount": ' + b"9" * 800 + b"}",
        b'{"anything": {"a": 18446744073709551616}, "unknown": 1}',
        b'{"ratio": NaN}',
        b'{"ratio": 1e400}',
        b'{"anything": ' + b'{"a":' * 100 + b"1" + b"}" * 100 + b"}",
        b'{"lines": [{"text": "\\u0000"}]}',
        b'{"unknown": 1}',
    ],
    ids=lambda value: repr(value)[:40],
)
async def test_a_bad_body_is_refused(client_of: Any, path: str, body: bytes) -> None:
    async with client_of(router) as client:
        reply = await client.post(path, content=body, headers={"Content-Type": "application/json"})
        if path == "/v1/loose" and reply.status_code == 200:
            return
        assert reply.status_code == 422, reply.text
        assert reply.headers["content-type"] == PROBLEM
        said = reply.json()
        assert said["code"] == "invalid_request"
        assert all({"detail"} < set(error) for error in said["errors"])


async def test_errors_point_to_where_they_are(client_of: Any) -> None:
    async with client_of(router) as client:
        body = await client.post("/v1/orders", json={"lines": [{"text": 1}], "a/b~c": 1})
        assert {error["pointer"] for error in body.json()["errors"]} == {
            "/lines/0/text",
            "/a~1b~0c",
        }
        reply = await client.get(f"/v1/orders/{uuid4()}?q=toolong", headers={"X-Tag": "x"})
        named = [{k: v for k, v in e.items() if k != "detail"} for e in reply.json()["errors"]]
        assert named == [{"parameter": "q"}, {"header": "X-Tag"}]


@pytest.mark.parametrize(
    "path",
    ["/v1/orders/%00", "/v1/orders?cursor=%00", "/v1/orders?limit=%00", "/v1/orders/x?q=%00"],
)
async def test_nul_in_an_address_is_refused(client_of: Any, path: str) -> None:
    async with client_of(router) as client:
        reply = await client.get(path)
        assert reply.status_code == 422
        assert reply.headers["content-type"] == PROBLEM


@pytest.mark.parametrize(
    "cursor", ["x", "AAAA", "e30", "bnVsbA", "_-_-", "=", "W1td", "%F0%9F%92%A9", "W" * 512, "a+b/"]
)
async def test_a_cursor_of_nobody_is_refused_or_read(client_of: Any, cursor: str) -> None:
    async with client_of(router) as client:
        reply = await client.get(f"/v1/orders?cursor={cursor}")
        assert reply.status_code in {200, 400}
        assert reply.status_code == 200 or reply.json()["code"] == "invalid_cursor"


async def test_unknown_paths_and_methods_are_problems(client_of: Any) -> None:
    async with client_of(router) as client:
        missing, wrong = await client.get("/nothing"), await client.delete("/v1/orders")
        assert (missing.status_code, wrong.status_code) == (404, 405)
        assert (missing.json()["code"], wrong.json()["code"]) == ("not_found", "method_not_allowed")
        assert {missing.headers["content-type"], wrong.headers["content-type"]} == {PROBLEM}
        assert "POST" in wrong.headers["allow"] or "GET" in wrong.headers["allow"]


async def test_a_defect_tells_nothing_of_the_inside(client_of: Any, capsys: Any) -> None:
    async with client_of(router) as client:
        reply = await client.get("/v1/broken")
    assert reply.status_code == 500
    assert reply.headers["content-type"] == PROBLEM
    assert "swordfish" not in reply.text
    assert reply.headers["x-request-id"]


async def test_a_body_above_the_limit_is_refused(client_of: Any) -> None:
    async def in_parts() -> Any:
        for _ in range(50):
            yield b" " * 50

    async with client_of(router) as client:
        for content in (b" " * 1001, in_parts()):
            reply = await client.post("/v1/orders", content=content)
            assert reply.status_code == 413
            assert reply.headers["content-type"] == PROBLEM
            assert reply.headers["x-request-id"]


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 30, "²"])
async def test_an_impossible_length_is_no_error_of_the_service(client_of: Any, length: str) -> None:
    async with client_of(router) as client:
        headers = {"Content-Length": length.encode("utf-8")}
        reply = await client.post("/v1/orders", content=b"{}", headers=headers)
        assert 400 <= reply.status_code < 500
