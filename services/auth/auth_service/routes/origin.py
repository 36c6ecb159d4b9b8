"""Where a request comes from, and what a device is given to be recognised by."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Cookie, Depends, Request, Response

from auth_service.devices import RECOGNISED_FOR
from auth_service.origin import Origin
from auth_service.parts import Parts

_COOKIE = "device"


async def _origin(
    request: Request,
    device: Annotated[
        str | None, Cookie(description="given at a login; tells its owner from strangers")
    ] = None,
) -> Origin:
    return Origin(request.client.host if request.client else "unknown", device)


OriginDep = Annotated[Origin, Depends(_origin)]


def recognise_next_time(response: Response, parts: Parts, user_id: UUID) -> None:
    """Give the device its cookie; clients that keep none are recognised by their address."""
    response.set_cookie(
        _COOKIE,
        parts.devices.issue(user_id, parts.clock()),
        max_age=int(RECOGNISED_FOR.total_seconds()),
        path="/v1/auth",
        secure=parts.settings.issuer.startswith("https:"),
        httponly=True,
        samesite="strict",
    )
