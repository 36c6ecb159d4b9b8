"""Who asks: a user, or a service that names the administrator it acts for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from service_kit import (
    ActingUserMissing,
    InsufficientScope,
    InvalidToken,
    Principal,
    acting_service,
    user_only,
)

UserCaller = Annotated[Principal, Depends(user_only())]

Administration = Annotated[Principal, Depends(acting_service("users:admin"))]

OF_USERS = (InvalidToken, InsufficientScope)
"""What routes for users answer to others."""

OF_ADMINISTRATION = (InvalidToken, InsufficientScope, ActingUserMissing)
"""What routes for administration answer to others."""
