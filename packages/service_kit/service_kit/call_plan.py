"""How a route's function is called: what it takes from a request, worked out beforehand."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.security.base import SecurityBase
from pydantic import BaseModel

JSON = "application/json"


class Unplanned(Exception):
    """FastAPI has to do this."""


Given = dict[int, Any]
"""What was read from the request, by the id of the field."""


class CallPlan:
    """A function, what it takes from a request, and the dependencies that it gets.

    Raises:
        Unplanned: it takes something that FastAPI alone knows how to give.
    """

    def __init__(self, dependant: Dependant, *, with_body: bool = False) -> None:
        call = dependant.call
        if call is None or _takes_more(dependant) or (dependant.body_params and not with_body):
            raise Unplanned
        self.name = getattr(call, "__name__", type(call).__name__)
        self._call: Callable[..., Any] = call
        self._kind = _kind_of(call, dependant.scope)
        self._fields = [
            *((field, "path_params") for field in map(_single, dependant.path_params)),
            *((field, "query_params") for field in map(_single, dependant.query_params)),
            *((field, "headers") for field in map(_single, dependant.header_params)),
            *((field, "cookies") for field in map(_single, dependant.cookie_params)),
        ]
        self._body = [_single_body(dependant)] if dependant.body_params else []
        self.takes_body = bool(self._body)
        taken = [*(field for field, _ in self._fields), *self._body]
        self._given = [(field.name, id(field)) for field in taken]
        self._response_name = dependant.response_param_name
        self._request_name = dependant.request_param_name or dependant.http_connection_param_name
        self._parts = [
            (one.name, (one.call, tuple(one.own_oauth_scopes or ())), one.use_cache, CallPlan(one))
            for one in dependant.dependencies
        ]
        if self._kind == "context":
            self._opened = asynccontextmanager(call)

    def read(self, request: Request, given: Given) -> None:
        """Take path, query, headers and cookies of this function and its dependencies.

        Raises:
            Unplanned: something is missing or invalid.
        """
        for field, place in self._fields:
            value = getattr(request, place).get(field.alias)
            if value is None:
                if field.field_info.is_required():
                    raise Unplanned
                given[id(field)] = field.get_default()
                continue
            given[id(field)] = _valid(field, value)
        for _, _, _, part in self._parts:
            part.read(request, given)

    async def read_body(self, request: Request, given: Given) -> None:
        """Take the body.

        Raises:
            Unplanned: it is no JSON, or not as declared.
        """
        if request.headers.get("content-type") != JSON:
            raise Unplanned
        try:
            content = orjson.loads(await request.body())
        except orjson.JSONDecodeError as error:
            raise Unplanned from error
        (field,) = self._body
        given[id(field)] = _valid(field, content)

    async def call(self, request: Request, given: Given, known: dict[Any, Any]) -> Any:
        """Call the dependencies, then the function; what it returns."""
        values: dict[str, Any] = {}
        for name, key, use_cache, part in self._parts:
            if use_cache and key in known:
                value = known[key]
            else:
                value = known[key] = await part.call(request, given, known)
            if name is not None:
                values[name] = value
        for field_name, number in self._given:
            values[field_name] = given[number]
        if self._request_name is not None:
            values[self._request_name] = request
        if self._response_name is not None:
            values[self._response_name] = known[Response] = known.get(Response) or _blank()
        if self._kind == "coroutine":
            return await self._call(**values)
        if self._kind == "security":
            return await self._call(request)
        if self._kind == "context":
            stack = request.scope["fastapi_function_astack"]
            return await stack.enter_async_context(self._opened(**values))
        return self._call(**values)


def _blank() -> Response:
    """What a function sets headers, cookies and the status of its reply on."""
    response = Response()
    del response.headers["content-length"]
    response.status_code = None  # type: ignore[assignment]
    return response


def _takes_more(dependant: Dependant) -> bool:
    return bool(
        dependant.websocket_param_name
        or dependant.background_tasks_param_name
        or dependant.security_scopes_param_name
        or dependant.concurrency
    )


def _kind_of(call: Callable[..., Any], scope: str | None) -> str:
    if isinstance(call, SecurityBase):
        return "security"
    if inspect.isasyncgenfunction(call):
        if scope != "function":
            raise Unplanned
        return "context"
    if inspect.iscoroutinefunction(call):
        return "coroutine"
    if inspect.isclass(call):
        return "class"
    raise Unplanned  # FastAPI runs it in a thread


def _single(field: Any) -> Any:
    """A parameter of one value.

    Raises:
        Unplanned: it has several, or is a model.
    """
    annotation = field.field_info.annotation
    if _is_a(annotation, (BaseModel, list, set, tuple, dict)):
        raise Unplanned
    if any(getattr(one, "__origin__", None) in {list, set, tuple} for one in _inner(annotation)):
        raise Unplanned
    return field


def _is_a(annotation: Any, classes: tuple[type, ...]) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, classes)


def _inner(annotation: Any) -> tuple[Any, ...]:
    return (annotation, *getattr(annotation, "__args__", ()))


def _single_body(dependant: Dependant) -> Any:
    if len(dependant.body_params) != 1:
        raise Unplanned
    (field,) = dependant.body_params
    if not _is_a(field.field_info.annotation, (BaseModel,)):
        raise Unplanned
    if type(field.field_info).__name__ != "Body":
        raise Unplanned
    return field


def _valid(field: Any, value: Any) -> Any:
    found, errors = field.validate(value, {}, loc=())
    if errors:
        raise Unplanned
    return found
