"""The ``Idempotency-Key`` header, and replies that can be replayed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Response
from pydantic import BaseModel
from service_kit import REQUIRED, Principal

from payments_service.claims import LONGEST_KEY, Claim, fingerprint, parsed_key
from payments_service.errors import (
    IdempotencyKeyInFlight,
    IdempotencyKeyInvalid,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
)
from payments_service.replies import Reply

IDEMPOTENCY_PROBLEMS = (
    IdempotencyKeyMissing,
    IdempotencyKeyInvalid,
    IdempotencyKeyInFlight,
    IdempotencyKeyReused,
)
"""What each route that moves money may answer because of its key."""


_PRINTABLE = r"^[!-~]([ -~]*[!-~])?$"
"""For the document; ``parsed_key`` decides."""


async def _idempotency_key(
    header: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="a UUID, say: quoted or bare, at most 255 characters",
            json_schema_extra={REQUIRED: True, "maxLength": LONGEST_KEY, "pattern": _PRINTABLE},
        ),
    ] = None,
) -> str:
    if header is None:
        raise IdempotencyKeyMissing("This request moves money: send an Idempotency-Key.")
    return parsed_key(header)


IdempotencyKeyDep = Annotated[str, Depends(_idempotency_key)]
"""The request's key, unquoted."""


def claim_of(
    principal: Principal, route: str, key: str, body: BaseModel, *, target: UUID | None = None
) -> Claim:
    """The request as something that is carried out once.

    Args:
        principal: who asks.
        route: the operation's id.
        key: the request's key.
        body: the request's body.
        target: the object in its path.
    """
    return Claim(
        principal=f"{principal.kind}:{principal.subject}",
        route=route,
        key=key,
        fingerprint=fingerprint(body, target=target),
    )


def respond(reply: Reply) -> Response:
    """The reply as it was stored, byte for byte."""
    return Response(reply.body, status_code=reply.status, media_type=reply.media_type)
