"""Requests of the OAuth endpoints: a form, each parameter once (RFC 6749, 3.2)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import parse_qsl, unquote_plus

from fastapi import Depends, Request

from auth_service.errors import OAuthError

_FORM = "application/x-www-form-urlencoded"
_LONGEST = 4096


def form_document(
    *parameters: str, required: str, examples: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """How the document of the API tells of a form.

    Args:
        parameters: their names.
        required: the one that must be there.
        examples: forms by name.
    """
    properties = {name: {"type": "string", "maxLength": _LONGEST} for name in parameters}
    schema = {"type": "object", "required": [required], "properties": properties}
    shown = {name: {"value": dict(form)} for name, form in examples.items()}
    content = {_FORM: {"schema": schema, "examples": shown}}
    return {"requestBody": {"required": True, "content": content}}


class OAuthRequest:
    """What a client asks of an OAuth endpoint.

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
        """The client's id and secret, from the header or from the body (RFC 6749, 2.3.1).

        Raises:
            OAuthError: ``invalid_request``: both, where one is allowed.
        """
        form = self._form or {}
        client_id, secret = form.get("client_id") or None, form.get("client_secret") or None
        if self._basic is None:
            return (client_id, secret) if client_id and secret else None
        if secret is not None:
            raise OAuthError("invalid_request", "Authenticate by the header or the body, not both.")
        found = _decoded(self._basic)
        if found is not None and client_id not in (None, found[0]):
            raise OAuthError("invalid_request", "Header and body name two clients.")
        return found

    def client_id(self) -> str | None:
        """The client that the request names, whether or not it authenticates."""
        if self._basic is None:
            return self.parameter("client_id")
        found = _decoded(self._basic)
        return found[0] if found else None


def _decoded(basic: str) -> tuple[str, str] | None:
    try:
        text = base64.b64decode(basic, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    name, _, secret = text.partition(":")
    name, secret = unquote_plus(name), unquote_plus(secret)
    return None if "\x00" in name else (name, secret)


async def _oauth_request(request: Request) -> OAuthRequest:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    basic = encoded.strip() if scheme.lower() == "basic" else None
    return OAuthRequest(_read(request, await request.body()), basic)


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


OAuthRequestDep = Annotated[OAuthRequest, Depends(_oauth_request)]
