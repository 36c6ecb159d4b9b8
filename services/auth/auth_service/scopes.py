"""What users may do: what everybody may, and what their roles add."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.errors import OAuthError
from auth_service.models import Role, UserRole

USER_SCOPE = "payments profile"
"""What every user may do; roles add to it."""


async def scopes_of(session: AsyncSession, user_id: UUID) -> tuple[str, ...]:
    """The scopes of a user, sorted."""
    granted = (
        select(Role.scope)
        .join(UserRole, col(UserRole.role) == col(Role.name))
        .where(col(UserRole.user_id) == user_id)
    )
    return all_scopes((await session.exec(granted)).all())


def all_scopes(granted: Iterable[str]) -> tuple[str, ...]:
    """What everybody may do with what roles add, sorted."""
    return tuple(sorted(set(" ".join((USER_SCOPE, *granted)).split())))


def narrowed(allowed: tuple[str, ...], wanted: str | None) -> tuple[str, ...] | OAuthError:
    """The scopes of a token: what was asked for, all when nothing was.

    Returns:
        The scopes, or ``invalid_scope`` when more was asked for (RFC 6749, 3.3).
    """
    asked = set((wanted or "").split(" ")) - {""} or set(allowed)
    if not asked <= set(allowed):
        return OAuthError("invalid_scope", "That scope was not granted.")
    return tuple(sorted(asked))
