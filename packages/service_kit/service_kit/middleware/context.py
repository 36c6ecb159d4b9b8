"""The request id, the trace context, one log line and the metrics of every request."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_kit.ids import new_id
from service_kit.metrics import RequestMetrics

REQUEST_ID = "x-request-id"
TRACEPARENT = "traceparent"

_TAKEN = (REQUEST_ID.encode(), TRACEPARENT.encode())

_VALID_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
_VALID_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_log = structlog.get_logger("request")


@dataclass(frozen=True)
class _Context:
    request_id: str
    trace_id: str
    span_id: str
    flags: str


_current: ContextVar[_Context | None] = ContextVar("service_kit_request", default=None)


def name_request(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Any:
    """A log processor: whose request an event belongs to."""
    context = _current.get()
    if context is not None:
        event["request_id"], event["trace_id"] = context.request_id, context.trace_id
    return event


def current_headers() -> dict[str, str]:
    """The headers that carry the present request's id and trace on a call to another service."""
    context = _current.get()
    if context is None:
        return {}
    return {
        REQUEST_ID: context.request_id,
        TRACEPARENT: f"00-{context.trace_id}-{context.span_id}-{context.flags}",
    }


class RequestContext:
    """Gives every request an id, and tells log and metrics of it.

    Args:
        app: the application inside.
        metrics: counts requests.
    """

    def __init__(self, app: ASGIApp, metrics: RequestMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context = _read(scope["headers"])
        token = _current.set(context)
        started = time.perf_counter()
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = context.request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._tell(scope, status, time.perf_counter() - started)
            _current.reset(token)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._metrics.observe(method, route, status, seconds)
        _log.info(
            "request",
            method=method,
            route=route,
            status=status,
            duration_ms=round(seconds * 1000, 2),
        )


def _read(headers: list[tuple[bytes, bytes]]) -> _Context:
    sent = {name: value.decode("latin-1") for name, value in headers if name in _TAKEN}
    request_id = sent.get(_TAKEN[0], "")
    if not _VALID_REQUEST_ID.fullmatch(request_id):
        request_id = str(new_id())
    parent = _VALID_TRACEPARENT.fullmatch(sent.get(_TAKEN[1], ""))
    drawn = secrets.token_hex(24)  # 16 bytes of a trace and 8 of a span, drawn at once
    trace_id, flags = (parent[1], parent[3]) if parent else (drawn[:32], "00")
    return _Context(request_id, trace_id, drawn[32:], flags)
