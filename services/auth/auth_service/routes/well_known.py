"""What verifiers and clients look up."""

from __future__ import annotations

from fastapi import Response
from service_kit import Router

from auth_service.parts import PartsDep
from auth_service.schemas import KeysBody, ServerMetadata
from auth_service.scopes import USER_SCOPE

router = Router(prefix="/.well-known", tags=["discovery"])

_WITH_SECRET = ["client_secret_basic", "client_secret_post"]


@router.get("/jwks.json")
async def get_keys(response: Response, parts: PartsDep) -> KeysBody:
    """Return the public keys that tokens are, or will soon be, signed with."""
    _may_be_kept(response, parts.settings.auth_key_cache_seconds)
    return KeysBody(keys=await parts.keyring.published())


@router.get("/oauth-authorization-server")
async def get_server_metadata(response: Response, parts: PartsDep) -> ServerMetadata:
    """Return what this server can do (RFC 8414)."""
    issuer = parts.settings.issuer
    _may_be_kept(response, parts.settings.auth_key_cache_seconds)
    return ServerMetadata(
        issuer=issuer,
        token_endpoint=f"{issuer}/oauth/token",
        revocation_endpoint=f"{issuer}/oauth/revoke",
        introspection_endpoint=f"{issuer}/oauth/introspect",
        jwks_uri=f"{issuer}/.well-known/jwks.json",
        grant_types_supported=["refresh_token", "client_credentials"],
        token_endpoint_auth_methods_supported=[*_WITH_SECRET, "none"],
        revocation_endpoint_auth_methods_supported=_WITH_SECRET,
        introspection_endpoint_auth_methods_supported=_WITH_SECRET,
        scopes_supported=USER_SCOPE.split(),
    )


def _may_be_kept(response: Response, seconds: int) -> None:
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
