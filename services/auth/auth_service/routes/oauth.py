"""The token endpoint (RFC 6749)."""

from __future__ import annotations

from fastapi import Response
from service_kit import DatabaseDep, Router
from shared_db import Database

from auth_service.clients import authenticated
from auth_service.errors import OAuthError
from auth_service.parts import Parts, PartsDep
from auth_service.routes.forms import OAuthRequest, OAuthRequestDep, form_document
from auth_service.routes.oauth_replies import oauth_errors, refusal
from auth_service.routes.token_replies import forbid_storing, token_reply
from auth_service.schemas import TokenBody
from auth_service.scopes import narrowed
from auth_service.tokens import FIRST_PARTY

router = Router(prefix="/oauth", tags=["oauth"])

_FORM = form_document(
    "grant_type",
    "refresh_token",
    "client_id",
    "client_secret",
    "scope",
    required="grant_type",
    examples={
        "refresh": {"grant_type": "refresh_token", "refresh_token": "…"},
        "service": {"grant_type": "client_credentials", "scope": "…"},
    },
)


@router.post(
    "/token",
    response_model=TokenBody,
    response_model_exclude_none=True,
    responses=oauth_errors(
        "invalid_request", "invalid_grant", "invalid_scope", "unsupported_grant_type"
    ),
    openapi_extra=_FORM,
)
async def issue_token(
    asked: OAuthRequestDep, response: Response, parts: PartsDep, database: DatabaseDep
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
        return refusal(error)


async def _refreshed(asked: OAuthRequest, parts: Parts, database: Database) -> TokenBody:
    """Users' tokens belong to our own applications, which have no secret to show."""
    token = asked.required("refresh_token")
    if asked.client_id() not in (None, FIRST_PARTY):
        async with database.reader() as session:
            await authenticated(session, asked.credentials())
        raise OAuthError("invalid_grant", "The refresh token was issued to another client.")
    grant = await database.run(parts.sessions.refresh, token, asked.parameter("scope"))
    if isinstance(grant, OAuthError):
        raise grant
    return await token_reply(parts, grant)


async def _for_client(asked: OAuthRequest, parts: Parts, database: Database) -> TokenBody:
    async with database.reader() as session:
        client = await authenticated(session, asked.credentials())
    scopes = narrowed(tuple(client.scope.split()), asked.parameter("scope"))
    if isinstance(scopes, OAuthError):
        raise scopes
    scope = " ".join(scopes)
    return TokenBody(
        access_token=await parts.tokens.for_client(client.id, scope),
        expires_in=int(parts.tokens.lifetime.total_seconds()),
        scope=scope,
    )
