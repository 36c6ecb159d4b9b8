"""What every web service needs: app factory, problem details, token checks, health, metrics."""

# ruff: noqa: E402 - libraries have to be loaded before anything else loads them
from typing import TYPE_CHECKING, Any

from service_kit import development_packages

development_packages.load("structlog", "uvicorn")

from service_kit.access import Caller, acting_service, require, service_only, user_only
from service_kit.addresses import service_url
from service_kit.app import build_app
from service_kit.background import Background
from service_kit.bodies import RequestBody, ResponseBody
from service_kit.clock import Clock, utc_now
from service_kit.docs import REQUIRED, links, responses
from service_kit.environment import variable
from service_kit.hot_routes import Router
from service_kit.ids import new_id
from service_kit.pages import Page, PageParams, decode_cursor, encode_cursor
from service_kit.principal import Principal
from service_kit.problems import (
    ActingUserMissing,
    InsufficientScope,
    InvalidCursor,
    InvalidRequest,
    InvalidToken,
    Problem,
    UpstreamUnavailable,
)
from service_kit.sessions import ConnectionDep, DatabaseDep, ReaderDep, SessionDep
from service_kit.settings import ServiceSettings
from service_kit.storable import refuse_unstorable
from service_kit.tokens import KeySource, LocalKeys, TokenVerifier

if TYPE_CHECKING:
    from service_kit.client import ServiceClient

__all__ = [
    "REQUIRED",
    "ActingUserMissing",
    "Background",
    "Caller",
    "Clock",
    "ConnectionDep",
    "DatabaseDep",
    "InsufficientScope",
    "InvalidCursor",
    "InvalidRequest",
    "InvalidToken",
    "KeySource",
    "LocalKeys",
    "Page",
    "PageParams",
    "Principal",
    "Problem",
    "ReaderDep",
    "RequestBody",
    "ResponseBody",
    "Router",
    "ServiceClient",
    "ServiceSettings",
    "SessionDep",
    "TokenVerifier",
    "UpstreamUnavailable",
    "acting_service",
    "build_app",
    "decode_cursor",
    "encode_cursor",
    "links",
    "new_id",
    "refuse_unstorable",
    "require",
    "responses",
    "service_only",
    "service_url",
    "user_only",
    "utc_now",
    "variable",
]


def __getattr__(name: str) -> Any:
    """Load the client, and httpx with it, only where it is used."""
    if name != "ServiceClient":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    development_packages.load("httpx")
    from service_kit.client import ServiceClient  # noqa: PLC0415

    return ServiceClient
