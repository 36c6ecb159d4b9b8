"""Routes whose way from a request to their function is worked out once, when they are made.

FastAPI looks at the tree of dependencies anew for every request, which costs several times what the
rest of a request costs that reads one row. ``HotRoute`` walks the same tree beforehand. Whatever
it does not know, and every request that is not plainly valid, goes FastAPI's own way, so that
errors are the same.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response, routing
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import ResponseValidationError
from fastapi.routing import APIRoute
from fastapi.security.base import SecurityBase
from pydantic import BaseModel

_JSON = "application/json"

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class HotRoute(APIRoute):
    """A route that solves its dependencies as FastAPI does, but without asking what they are."""

    def get_route_handler(self) -> Handler:
        """Called by FastAPI when the route is made, and when its router is included."""
        standard = super().get_route_handler()
        route = _effective(self)
        if route is None:
            return standard
        try:
            plan = _Plan(route.dependant, with_body=True)
            reply = _reply_of(route)
        except _Unknown:
            return standard

        async def handler(request: Request) -> Response:
            overrides = route.dependency_overrides_provider
            if overrides and overrides.dependency_overrides:
                return await standard(request)
            try:
                given: Given = {}
                plan.read(request, given)
                if plan.takes_body:
                    await plan.read_body(request, given)
            except _Unknown:
                return await standard(request)
            known: dict[Any, Any] = {}
            result = await plan.call(request, given, known)
            return result if isinstance(result, Response) else reply(result, known.get(Response))

        return handler


class Router(APIRouter):
    """A router of hot routes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=HotRoute, **options)


class _Unknown(Exception):
    """FastAPI has to do this."""


Given = dict[int, Any]
"""What was read from the request, by the id of the field."""


class _Plan:
    """A function, what it takes from a request, and the dependencies that it gets.

    Raises:
        _Unknown: it takes something that FastAPI alone knows how to give.
    """

    def __init__(self, dependant: Dependant, *, with_body: bool = False) -> None:
        call = dependant.call
        if call is None or _takes_more(dependant) or (dependant.body_params and not with_body):
            raise _Unknown
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
            (one.name, (one.call, tuple(one.own_oauth_scopes or ())), one.use_cache, _Plan(one))
            for one in dependant.dependencies
        ]
        if self._kind == "context":
            self._opened = asynccontextmanager(call)

    def read(self, request: Request, given: Given) -> None:
        """Take path, query, headers and cookies of this function and its dependencies.

        Raises:
            _Unknown: something is missing or invalid.
        """
        for field, place in self._fields:
            value = getattr(request, place).get(field.alias)
            if value is None:
                if field.field_info.is_required():
                    raise _Unknown
                given[id(field)] = field.get_default()
                continue
            given[id(field)] = _valid(field, value)
        for _, _, _, part in self._parts:
            part.read(request, given)

    async def read_body(self, request: Request, given: Given) -> None:
        """Take the body.

        Raises:
            _Unknown: it is no JSON, or not as declared.
        """
        if request.headers.get("content-type") != _JSON:
            raise _Unknown
        try:
            content = orjson.loads(await request.body())
        except orjson.JSONDecodeError as error:
            raise _Unknown from error
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


def _effective(route: APIRoute) -> Any:
    """The route with what the routers around it add; None if FastAPI does not tell any more."""
    variable = getattr(routing, "_effective_route_context_var", None)
    if variable is None:
        return None
    context = variable.get()
    return context if context is not None and context.original_route is route else route


def _reply_of(route: Any) -> Callable[[Any, Response | None], Response]:
    """Makes the reply out of what the route's function returns, and set on its response.

    Raises:
        _Unknown: the reply is shaped by options that FastAPI alone knows.
    """
    shaped = (
        route.response_model_include,
        route.response_model_exclude,
        route.response_model_exclude_unset,
        route.response_model_exclude_defaults,
        route.response_model_exclude_none,
        route._embed_body_fields,
        route.stream_item_field,
    )
    if any(shaped) or not isinstance(route.response_class, DefaultPlaceholder):
        raise _Unknown
    field, model, status = route.response_field, route.response_model, route.status_code or 200

    def reply(result: Any, said: Response | None) -> Response:
        if type(result) is model:
            content = model.__pydantic_serializer__.to_json(result, by_alias=True)
        elif field is not None:
            value, errors = field.validate(result, {}, loc=("response",))
            if errors:
                raise ResponseValidationError(errors=errors, body=result)
            content = field.serialize_json(value)
        else:
            content = b"" if result is None else orjson.dumps(result)
        made = Response(content, status, media_type=_JSON if content else None)
        if said is not None:
            made.headers.raw.extend(said.headers.raw)
            made.status_code = said.status_code or status
        return made

    return reply


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
            raise _Unknown
        return "context"
    if inspect.iscoroutinefunction(call):
        return "coroutine"
    if inspect.isclass(call):
        return "class"
    raise _Unknown  # FastAPI runs it in a thread


def _single(field: Any) -> Any:
    """A parameter of one value.

    Raises:
        _Unknown: it has several, or is a model.
    """
    annotation = field.field_info.annotation
    if _is_a(annotation, (BaseModel, list, set, tuple, dict)):
        raise _Unknown
    if any(getattr(one, "__origin__", None) in {list, set, tuple} for one in _inner(annotation)):
        raise _Unknown
    return field


def _is_a(annotation: Any, classes: tuple[type, ...]) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, classes)


def _inner(annotation: Any) -> tuple[Any, ...]:
    return (annotation, *getattr(annotation, "__args__", ()))


def _single_body(dependant: Dependant) -> Any:
    if len(dependant.body_params) != 1:
        raise _Unknown
    (field,) = dependant.body_params
    if not _is_a(field.field_info.annotation, (BaseModel,)):
        raise _Unknown
    if type(field.field_info).__name__ != "Body":
        raise _Unknown
    return field


def _valid(field: Any, value: Any) -> Any:
    found, errors = field.validate(value, {}, loc=())
    if errors:
        raise _Unknown
    return found
