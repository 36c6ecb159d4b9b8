"""Who asks: a user with the scope ``admin``, never a service."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from service_kit import InsufficientScope, InvalidToken, Principal, user_only

from admin_service.upstreams import Upstreams

REFUSALS = (InvalidToken, InsufficientScope)
"""What every route answers to callers that may not use it."""

Administrator = Annotated[Principal, Depends(user_only("admin"))]


async def _upstreams(request: Request) -> Upstreams:
    upstreams: Upstreams = request.app.state.upstreams
    return upstreams


UpstreamsDep = Annotated[Upstreams, Depends(_upstreams)]
"""The way to the other services, set by the composition root."""
