"""A hot route answers as FastAPI's own route does, to good requests and to bad ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
from fastapi import (
    APIRouter,
    BackgroundTasks,
    Cookie,
    Depends,
    FastAPI,
    Header,
    Query,
    Request,
    Response,
    Security,
)
from fastapi.security import HTTPBearer
from pydantic import Field
from service_kit import Page, PageParams, RequestBody, ResponseBody, Router

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
bearer = HTTPBearer(auto_error=False)


class Wish(RequestBody):
    amount: Annotated[int, Field(gt=0)]
    note: str | None = None


class Shown(ResponseBody):
    id: UUID
    amount: int
    note: str | None


async def caller(request: Request, credentials: Annotated[Any, Security(bearer)]) -> str:
    return "nobody" if credentials is None else f"{credentials.credentials} {request.method}"


async def opened(request: Request) -> AsyncIterator[list[str]]:
    request.app.state.told.append("opened")
    yield request.app.state.told
    request.app.state.told.append("closed")


Caller = Annotated[str, Depends(caller)]
Opened = Annotated[list[str], Depends(opened, scope="function")]


def app_of(kind: type[APIRouter]) -> FastAPI:
    router = kind(prefix="/things")

    @router.get("/{thing}")
    async def read(thing: UUID, who: Caller, told: Opened) -> Shown:
        told.append(who)
        return Shown(id=thing, amount=1, note=None)

    @router.get("")
    async def page(
        params: Annotated[PageParams, Depends()],
        minimum: Annotated[int | None, Query(alias="min", ge=0)] = None,
    ) -> Page[Shown]:
        data = [Shown(id=UUID(ID), amount=minimum or 1, note="ü")] * min(params.limit, 2)
        return Page(data=data, has_more=False)

    @router.post("", status_code=201)
    async def create(wish: Wish, key: Annotated[str, Header(alias="idempotency-key")]) -> Shown:
        return Shown(id=UUID(ID), amount=wish.amount, note=f"{wish.note} {key}")

    @router.delete("/{thing}", status_code=204)
    async def remove(thing: UUID) -> None: ...

    @router.post("/{thing}/removal", status_code=202)
    async def ask_removal(thing: UUID) -> None: ...

    @router.put("/{thing}")
    async def replace(
        thing: UUID, response: Response, seen: Annotated[int | None, Cookie()] = None
    ) -> dict[str, str]:
        response.headers["etag"] = '"1"'
        response.set_cookie("seen", str((seen or 0) + 1))
        if seen:
            response.status_code = 202
        return {"thing": str(thing)}

    @router.post("/{thing}")
    async def ask(thing: UUID, tasks: BackgroundTasks) -> dict[str, str]:
        tasks.add_task(app.state.told.append, "asked")
        return {"thing": str(thing)}

    app = FastAPI()
    app.state.told = []
    app.include_router(router)
    return app


REQUESTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "read": ("GET", f"/things/{ID}", {}),
    "read as somebody": ("GET", f"/things/{ID}", {"headers": {"authorization": "Bearer t"}}),
    "read what is no id": ("GET", "/things/seven", {}),
    "list": ("GET", "/things", {}),
    "list with parameters": ("GET", "/things?limit=1&min=3", {}),
    "list with a parameter twice": ("GET", "/things?limit=1&limit=2", {}),
    "list with too much": ("GET", "/things?limit=101&min=-1", {}),
    "create": ("POST", "/things", {"json": {"amount": 5}, "headers": {"idempotency-key": "k"}}),
    "create without key": ("POST", "/things", {"json": {"amount": 5}}),
    "create too little": (
        "POST",
        "/things",
        {"json": {"amount": 0}, "headers": {"idempotency-key": "k"}},
    ),
    "create with more": ("POST", "/things", {"json": {"amount": 1, "role": "admin"}}),
    "create of no JSON": (
        "POST",
        "/things",
        {"content": "{", "headers": {"content-type": "application/json"}},
    ),
    "create of a list": ("POST", "/things", {"json": []}),
    "create of nothing": ("POST", "/things", {"headers": {"idempotency-key": "k"}}),
    "create in another charset": (
        "POST",
        "/things",
        {
            "content": '{"amount": 2}',
            "headers": {"content-type": "application/json; charset=utf-8", "idempotency-key": "k"},
        },
    ),
    "create as text": (
        "POST",
        "/things",
        {"content": '{"amount": 2}', "headers": {"content-type": "text/plain"}},
    ),
    "remove": ("DELETE", f"/things/{ID}", {}),
    "ask for a removal": ("POST", f"/things/{ID}/removal", {}),
    "replace": ("PUT", f"/things/{ID}", {}),
    "replace again": ("PUT", f"/things/{ID}", {"headers": {"cookie": "seen=1"}}),
    "replace with another cookie": ("PUT", f"/things/{ID}", {"headers": {"cookie": "seen=x"}}),
    "ask, which FastAPI alone can do": ("POST", f"/things/{ID}", {}),
    "not allowed": ("PATCH", f"/things/{ID}", {}),
}


async def answer(app: FastAPI, method: str, path: str, content: dict[str, Any]) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.request(method, path, **content)


@pytest.mark.parametrize("name", REQUESTS)
async def test_the_reply_is_that_of_fastapis_own_route(name: str) -> None:
    hot, plain = app_of(Router), app_of(APIRouter)
    ours, theirs = await answer(hot, *REQUESTS[name]), await answer(plain, *REQUESTS[name])
    assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
    if theirs.content:
        assert ours.headers["content-type"] == theirs.headers["content-type"]
    for header in ("etag", "set-cookie"):
        assert ours.headers.get(header) == theirs.headers.get(header)
    assert hot.state.told == plain.state.told


async def test_what_a_test_puts_in_the_place_of_a_dependency_is_used() -> None:
    app = app_of(Router)
    app.dependency_overrides[caller] = lambda: "somebody else"
    await answer(app, "GET", f"/things/{ID}", {})
    assert app.state.told == ["opened", "somebody else", "closed"]


def test_the_document_is_the_same() -> None:
    assert app_of(Router).openapi() == app_of(APIRouter).openapi()


async def test_a_dependency_of_the_application_around_it_is_not_forgotten() -> None:
    app = FastAPI()
    router = Router()
    asked: list[str] = []

    async def asks(request: Request) -> None:
        asked.append(request.url.path)

    @router.get("/thing")
    async def read() -> Response:
        return Response("here")

    app.include_router(router, dependencies=[Depends(asks)])
    await answer(app, "GET", "/thing", {})
    assert asked == ["/thing"]
