"""Requests of the token endpoint: a form, each parameter once (RFC 6749, 3.2)."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any
from urllib.parse import parse_qsl, unquote_plus

from fastapi import Depends, Request

from auth_service.errors import OAuthError

_FORM = "application/x-www-form-urlencoded"
_LONGEST = 4096
_PARAMETERS = ("grant_type", "refresh_token", "client_id", "client_secret", "scope")

FORM_DOCUMENT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            _FORM: {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        name: {"type": "string", "maxLength": _LONGEST} for name in _PARAMETERS
                    },
                },
                "examples": {
                    "refresh": {"value": {"grant_type": "refresh_token", "refresh_token": "…"}},
                    "service": {"value": {"grant_type": "client_credentials", "scope": "…"}},
                },
            }
        },
    }
}


class TokenRequest:
    """What a client asks of the token endpoint.

    Args:
        form: the parameters; None where the body is not such a form.
        basic: the value of the Authorization header, if it is of the scheme Basic.
    """

    def __init__(self, form: dict[str, str] | None, basic: str | None) -> None:
        self._form = form
        self._basic = basic

    def parameter(self, name: str) -> str | None:
        """A parameter, None when it is missing or empty.

        Raises:
            OAuthError: ``invalid_request``: the body is no form with each parameter once.
        """
        if self._form is None:
            raise OAuthError("invalid_request", f"Send {_FORM} with each parameter once.")
        return self._form.get(name) or None

    def required(self, name: str) -> str:
        """A parameter.

        Raises:
            OAuthError: ``invalid_request``: it is missing.
        """
        value = self.parameter(name)
        if value is None:
            raise OAuthError("invalid_request", f"{name} is missing.")
        return value

    def credentials(self) -> tuple[str, str] | None:
        """The client's id and secret from the header (RFC 6749, 2.3.1), else from the body."""
        if self._basic is None:
            client_id, secret = self.parameter("client_id"), self.parameter("client_secret")
            return (client_id, secret) if client_id and secret else None
        try:
            text = base64.b64decode(self._basic, validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            return None
        name, _, secret = text.partition(":")
        return unquote_plus(name), unquote_plus(secret)


async def _token_request(request: Request) -> TokenRequest:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    basic = encoded.strip() if scheme.lower() == "basic" else None
    return TokenRequest(_read(request, await request.body()), basic)


def _read(request: Request, body: bytes) -> dict[str, str] | None:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return None
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict")
    except ValueError:
        return None
    form = dict(pairs)
    usable = all(len(value) <= _LONGEST and "\x00" not in value for value in form.values())
    return form if usable and len(form) == len(pairs) else None


TokenRequestDep = Annotated[TokenRequest, Depends(_token_request)]
