"""Errors of the OAuth endpoints: in the form of RFC 6749, 5.2, not as problems."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from auth_service.errors import OAuthError
from auth_service.routes.token_replies import forbid_storing

_SCHEMA = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
}


def oauth_errors(*refusals: str) -> dict[int | str, dict[str, Any]]:
    """How the document of the API tells of these codes, and of ``invalid_client``."""
    return {400: _entry(refusals), 401: _entry(("invalid_client",))}


def refusal(error: OAuthError) -> Response:
    """The reply."""
    reply = JSONResponse(
        {"error": error.error, "error_description": error.description}, error.status
    )
    forbid_storing(reply)
    if error.status == 401:
        reply.headers["WWW-Authenticate"] = 'Basic realm="oauth"'
    return reply


def _entry(codes: tuple[str, ...]) -> dict[str, Any]:
    examples = {code: {"value": {"error": code, "error_description": "…"}} for code in codes}
    return {
        "description": f"{', '.join(codes)} (RFC 6749, 5.2)",
        "content": {"application/json": {"schema": _SCHEMA, "examples": examples}},
    }
