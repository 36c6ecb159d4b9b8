"""Taking tokens back (RFC 7009) and telling about them (RFC 7662), for services alone."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from service_kit import ReaderDep, Router, SessionDep

from auth_service.clients import authenticated
from auth_service.errors import OAuthError
from auth_service.parts import PartsDep
from auth_service.routes.forms import OAuthRequestDep, form_document
from auth_service.routes.oauth_replies import oauth_errors, refusal
from auth_service.routes.token_replies import forbid_storing
from auth_service.schemas import TokenStateBody

router = Router(prefix="/oauth", tags=["oauth"])

_FORM = form_document(
    "token",
    "token_type_hint",
    "client_id",
    "client_secret",
    required="token",
    examples={"refresh": {"token": "…", "token_type_hint": "refresh_token"}},
)


@router.post(
    "/revoke",
    response_class=Response,
    responses={
        200: {"description": "The token does not count, whether or not it did."},
        **oauth_errors("invalid_request", "invalid_grant"),
    },
    openapi_extra=_FORM,
)
async def revoke_token(asked: OAuthRequestDep, parts: PartsDep, session: SessionDep) -> Response:
    """Take a token back; the type that a hint names is not needed and not looked at."""
    try:
        client = await authenticated(session, asked.credentials())
        await parts.introspection.revoke(session, asked.required("token"), client)
    except OAuthError as error:
        return refusal(error)
    reply = Response()
    forbid_storing(reply)
    return reply


@router.post(
    "/introspect",
    response_model=TokenStateBody,
    response_model_exclude_unset=True,
    responses=oauth_errors("invalid_request"),
    openapi_extra=_FORM,
)
async def introspect_token(
    asked: OAuthRequestDep, response: Response, parts: PartsDep, session: ReaderDep
) -> dict[str, Any] | Response:
    """Tell whether a token counts now, sessions and accounts included."""
    forbid_storing(response)
    try:
        await authenticated(session, asked.credentials())
        return await parts.introspection.tell(session, asked.required("token"))
    except OAuthError as error:
        return refusal(error)
