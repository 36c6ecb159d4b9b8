"""Routes whose way from a request to their function is worked out once, when they are made.

FastAPI looks at the tree of dependencies anew for every request, which costs several times what the
rest of a request costs that reads one row. ``HotRoute`` walks the same tree beforehand. Whatever
it does not know, and every request that is not plainly valid, goes FastAPI's own way, so that
errors are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response, routing
from fastapi.datastructures import DefaultPlaceholder
from fastapi.exceptions import ResponseValidationError
from fastapi.routing import APIRoute
from fastapi.utils import is_body_allowed_for_status_code

from service_kit.call_plan import JSON, CallPlan, Given, Unplanned

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
            plan = CallPlan(route.dependant, with_body=True)
            reply = _reply_of(route)
        except Unplanned:
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
            except Unplanned:
                return await standard(request)
            known: dict[Any, Any] = {}
            result = await plan.call(request, given, known)
            return result if isinstance(result, Response) else reply(result, known.get(Response))

        return handler


class Router(APIRouter):
    """A router of hot routes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=HotRoute, **options)


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
        Unplanned: the reply is shaped by options that FastAPI alone knows.
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
        raise Unplanned
    field, model, status = route.response_field, route.response_model, route.status_code or 200
    has_body = is_body_allowed_for_status_code(status)

    def reply(result: Any, said: Response | None) -> Response:
        if type(result) is model:
            content = model.__pydantic_serializer__.to_json(result, by_alias=True)
        elif field is not None:
            value, errors = field.validate(result, {}, loc=("response",))
            if errors:
                raise ResponseValidationError(errors=errors, body=result)
            content = field.serialize_json(value)
        else:
            content = orjson.dumps(result) if has_body else b""
        made = Response(content, status, media_type=JSON if content else None)
        if said is not None:
            made.headers.raw.extend(said.headers.raw)
            made.status_code = said.status_code or status
        return made

    return reply
