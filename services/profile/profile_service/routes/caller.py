"""Who asks: a user, for what is their own."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from service_kit import InsufficientScope, InvalidToken, Principal, user_only

REFUSALS = (InvalidToken, InsufficientScope)
"""What every route answers to callers that may not use it."""


async def owner_id(caller: Annotated[Principal, Depends(user_only("profile"))]) -> UUID:
    """The user whose token this is."""
    return UUID(caller.subject)


OwnerId = Annotated[UUID, Depends(owner_id)]
