"""Who may call a route: dependencies that give the principal or refuse."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from service_kit.docs import REQUIRED
from service_kit.principal import Principal
from service_kit.problems import ActingUserMissing, InsufficientScope, InvalidToken
from service_kit.tokens import TokenVerifier

ACTING_USER = "acting-user"

_bearer = HTTPBearer(
    scheme_name="bearer", bearerFormat="JWT", description="An access token.", auto_error=False
)


async def _caller(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Principal:
    if credentials is None:
        raise InvalidToken("Send an access token: Authorization: Bearer ….")
    verifier: TokenVerifier = request.app.state.verifier
    principal = await verifier.verify(credentials.credentials)
    if principal.kind == "service" and ACTING_USER in request.headers:
        return _acting(principal, request.headers[ACTING_USER])
    return principal


def _acting(principal: Principal, value: str) -> Principal:
    try:
        return replace(principal, acting_user=UUID(value))
    except ValueError as error:
        raise InvalidToken("The header Acting-User is no id.") from error


Caller = Annotated[Principal, Depends(_caller)]
"""Whoever sent a valid access token for this service."""

Requirement = Callable[[Principal], Awaitable[Principal]]


def require(*scopes: str) -> Requirement:
    """A dependency that gives the caller if the token carries all these scopes."""

    async def requirement(caller: Caller) -> Principal:
        return _with_scopes(caller, scopes)

    return requirement


def user_only(*scopes: str) -> Requirement:
    """A dependency that gives the caller if it is a user with all these scopes."""

    async def requirement(caller: Caller) -> Principal:
        if caller.kind != "user":
            raise InsufficientScope("A user's token is needed.")
        return _with_scopes(caller, scopes)

    return requirement


def service_only(*scopes: str) -> Requirement:
    """A dependency that gives the caller if it is a service with all these scopes."""

    async def requirement(caller: Caller) -> Principal:
        if caller.kind != "service":
            raise InsufficientScope("A service's token is needed.")
        return _with_scopes(caller, scopes)

    return requirement


def acting_service(*scopes: str) -> Requirement:
    """A dependency that gives the caller if it is a service that names the user it acts for.

    What a service does across users is done for somebody, who has to be known afterwards.
    """
    of_service = service_only(*scopes)

    async def requirement(
        caller: Caller,
        _named: Annotated[
            UUID | None,
            Header(
                alias="Acting-User",
                description="the user who asked for this",
                json_schema_extra={REQUIRED: True},
            ),
        ] = None,
    ) -> Principal:
        await of_service(caller)
        if caller.acting_user is None:
            raise ActingUserMissing("Name the user you act for in the header Acting-User.")
        return caller

    return requirement


def _with_scopes(caller: Principal, scopes: tuple[str, ...]) -> Principal:
    missing = [scope for scope in scopes if scope not in caller.scopes]
    if missing:
        raise InsufficientScope(f"The token needs the scope {' '.join(missing)}.")
    return caller
