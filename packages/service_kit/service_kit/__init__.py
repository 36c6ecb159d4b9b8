"""What every web service needs: app factory, problem details, token checks, health, metrics."""

from service_kit.access import Caller, require, service_only, user_only
from service_kit.app import build_app
from service_kit.bodies import RequestBody, ResponseBody, refuse_unstorable
from service_kit.client import ServiceClient, service_url
from service_kit.clock import Clock, utc_now
from service_kit.docs import responses
from service_kit.environment import variable
from service_kit.ids import new_id
from service_kit.pages import Page, PageParams, decode_cursor, encode_cursor
from service_kit.principal import Principal
from service_kit.problems import (
    InsufficientScope,
    InvalidCursor,
    InvalidRequest,
    InvalidToken,
    Problem,
    UpstreamUnavailable,
)
from service_kit.sessions import DatabaseDep, ReaderDep, SessionDep
from service_kit.settings import ServiceSettings
from service_kit.tokens import KeySource, LocalKeys, TokenVerifier

__all__ = [
    "Caller",
    "Clock",
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
    "ServiceClient",
    "ServiceSettings",
    "SessionDep",
    "TokenVerifier",
    "UpstreamUnavailable",
    "build_app",
    "decode_cursor",
    "encode_cursor",
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
