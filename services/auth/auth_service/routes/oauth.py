"""The token endpoint (RFC 6749); its errors have the form of that RFC."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from service_kit import DatabaseDep
from shared_db import Database

from auth_service.clients import authenticated, granted_scope
from auth_service.errors import OAuthError
from auth_service.parts import Parts, PartsDep
from auth_service.routes.forms import FORM_DOCUMENT, TokenRequest, TokenRequestDep
from auth_service.routes.token_replies import forbid_storing, token_reply
from auth_service.schemas import TokenBody

router = APIRouter(prefix="/oauth", tags=["oauth"])

_ERROR_SCHEMA = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
}
_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": f"{codes} (RFC 6749, 5.2)",
        "content": {"application/json": {"schema": _ERROR_SCHEMA}},
    }
    for status, codes in (
        (400, "invalid_request, invalid_grant, invalid_scope, unsupported_grant_type"),
        (401, "invalid_client"),
    )
}


@router.post("/token", response_model=TokenBody, responses=_ERRORS, openapi_extra=FORM_DOCUMENT)
async def issue_token(
    asked: TokenRequestDep, response: Response, parts: PartsDep, database: DatabaseDep
) -> TokenBody | Response:
    """Exchange a refresh token, or a service's credentials, for an access token."""
    forbid_storing(response)
    try:
        match asked.required("grant_type"):
            case "refresh_token":
                return await _refreshed(asked, parts, database)
            case "client_credentials":
                return await _for_client(asked, parts, database)
        raise OAuthError("unsupported_grant_type", "Use refresh_token or client_credentials.")
    except OAuthError as error:
        return _refusal(error)


async def _refreshed(asked: TokenRequest, parts: Parts, database: Database) -> TokenBody:
    grant = await database.run(parts.sessions.refresh, asked.required("refresh_token"))
    if isinstance(grant, OAuthError):
        raise grant
    return await token_reply(parts, database, grant)


async def _for_client(asked: TokenRequest, parts: Parts, database: Database) -> TokenBody:
    async with database.reader() as session:
        client = await authenticated(session, asked.credentials())
    scope = granted_scope(client, asked.parameter("scope"))
    return TokenBody(
        access_token=await parts.tokens.for_client(client.id, scope),
        expires_in=int(parts.tokens.lifetime.total_seconds()),
        scope=scope,
    )


def _refusal(error: OAuthError) -> Response:
    reply = JSONResponse(
        {"error": error.error, "error_description": error.description}, error.status
    )
    forbid_storing(reply)
    if error.status == 401:
        reply.headers["WWW-Authenticate"] = 'Basic realm="oauth"'
    return reply
