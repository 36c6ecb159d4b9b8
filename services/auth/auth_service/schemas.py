"""What the API accepts and returns."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from service_kit import RequestBody, ResponseBody

from auth_service.passwords import LONGEST, SHORTEST


def normalised_email(value: str) -> str:
    """The address in its normal form; whether it exists is shown by the mail alone.

    Raises:
        ValueError: it is no address (RFC 5321, RFC 6531).
    """
    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError("not an e-mail address") from error


Email = Annotated[
    str,
    StringConstraints(max_length=320),
    AfterValidator(normalised_email),
    Field(json_schema_extra={"format": "email", "examples": ["ada@example.com"]}),
]
Password = Annotated[
    str,
    StringConstraints(min_length=SHORTEST, max_length=LONGEST),
    Field(json_schema_extra={"format": "password", "examples": ["correct horse battery staple"]}),
]
EnteredPassword = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST),
    Field(json_schema_extra={"format": "password", "examples": ["correct horse battery staple"]}),
]
OneTimeSecret = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    Field(examples=["wJ4LrNbqkS8PnHcTz0mV2gXyEo7aUfDi5BsQ1RhKt6A"]),
]


class RegisterRequest(RequestBody):
    """Who wants an account."""

    email: Email
    password: Password


class Accepted(ResponseBody):
    """The same whether or not the address has an account."""

    message: str = "If the address can have an account, a mail is on its way to it."


class VerifyEmailRequest(RequestBody):
    """The token from the mail."""

    token: OneTimeSecret


class LoginRequest(RequestBody):
    """An account and its password."""

    email: Email
    password: EnteredPassword


class ForgotPasswordRequest(RequestBody):
    """Whose password was forgotten."""

    email: Email


class ResetPasswordRequest(RequestBody):
    """The token from the mail, and the new password."""

    token: OneTimeSecret
    password: Password


class ChangePasswordRequest(RequestBody):
    """The present password and the new one."""

    current_password: EnteredPassword
    new_password: Password


class TokenBody(ResponseBody):
    """Tokens (RFC 6749, 5.1)."""

    access_token: str = Field(examples=["eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln"])
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a name of RFC 6750
    expires_in: int = Field(examples=[600])
    scope: str = Field(examples=["payments profile"])
    refresh_token: str | None = Field(
        default=None, examples=["wJ4LrNbqkS8PnHcTz0mV2gXyEo7aUfDi5BsQ1RhKt6A"]
    )


class TokenStateBody(ResponseBody):
    """What is known of a token (RFC 7662, 2.2); of one that does not count, that alone."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"active": False},
                {
                    "active": True,
                    "token_type": "Bearer",
                    "scope": "payments profile",
                    "client_id": "first-party",
                    "sub": "019a2b3c-0000-7000-8000-000000000001",
                    "sid": "019a2b3c-0000-7000-8000-000000000002",
                    "aud": ["auth", "payments"],
                    "iss": "https://auth.example.com",
                    "iat": 1767225600,
                    "exp": 1767226200,
                    "jti": "019a2b3c-0000-7000-8000-000000000003",
                },
            ]
        }
    )

    active: bool
    token_type: str | None = None
    scope: str | None = None
    client_id: str | None = None
    sub: str | None = None
    sid: str | None = None
    aud: list[str] | None = None
    iss: str | None = None
    iat: int | None = None
    exp: int | None = None
    jti: str | None = None


class UserBody(ResponseBody):
    """An account."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID = Field(examples=["019a2b3c-0000-7000-8000-000000000001"])
    email: str = Field(examples=["ada@example.com"])
    status: str = Field(examples=["active"], description="pending, active, suspended or erased")
    created_at: datetime = Field(examples=["2026-01-01T00:00:00Z"])


class SessionBody(ResponseBody):
    """A session; ``current`` is the one whose token asks."""

    id: UUID = Field(examples=["019a2b3c-0000-7000-8000-000000000002"])
    created_at: datetime = Field(examples=["2026-01-01T00:00:00Z"])
    expires_at: datetime = Field(examples=["2026-04-01T00:00:00Z"])
    current: bool = Field(examples=[True])


class KeysBody(ResponseBody):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, str]] = Field(
        examples=[
            [
                {
                    "kty": "EC",
                    "crv": "P-256",
                    "x": "…",
                    "y": "…",
                    "kid": "kM2fZ7…",
                    "use": "sig",
                    "alg": "ES256",
                }
            ]
        ]
    )


class ServerMetadata(ResponseBody):
    """What this authorization server can do (RFC 8414).

    It has no authorization endpoint: that member is left out (section 2), and so are the response
    types, of which there are none (section 3.2: what has no elements is omitted).
    """

    issuer: str = Field(examples=["https://auth.example.com"])
    token_endpoint: str = Field(examples=["https://auth.example.com/oauth/token"])
    revocation_endpoint: str = Field(examples=["https://auth.example.com/oauth/revoke"])
    introspection_endpoint: str = Field(examples=["https://auth.example.com/oauth/introspect"])
    jwks_uri: str
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    revocation_endpoint_auth_methods_supported: list[str]
    introspection_endpoint_auth_methods_supported: list[str]
    scopes_supported: list[str]
