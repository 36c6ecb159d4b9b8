"""Accounts as others see them, and the roles that operators grant."""

from __future__ import annotations

from uuid import UUID

from service_kit import Clock
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.errors import CommandRefused
from auth_service.models import Role, User, UserRole

_WILDCARDS = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


async def search(
    session: AsyncSession, part: str | None, *, before: UUID | None, limit: int
) -> list[User]:
    """Accounts whose e-mail contains ``part``, newest first, ``limit`` of them at most."""
    statement = select(User).order_by(col(User.id).desc()).limit(limit)
    if part:
        pattern = f"%{part.lower().translate(_WILDCARDS)}%"
        statement = statement.where(func.lower(col(User.email)).like(pattern))
    if before is not None:
        statement = statement.where(col(User.id) < before)
    return list((await session.exec(statement)).all())


async def grant_role(session: AsyncSession, email: str, role: str, clock: Clock) -> None:
    """Give an account a role; granting it again changes nothing.

    Raises:
        CommandRefused: there is no such account or role.
    """
    user = await _by_email(session, email)
    if await session.get(Role, role) is None:
        known = ", ".join(sorted((await session.exec(select(Role.name))).all()))
        raise CommandRefused(f"There is no role {role!r}; the roles: {known}.")
    row = insert(UserRole).values(user_id=user.id, role=role, granted_at=clock())
    await session.exec(row.on_conflict_do_nothing())


async def revoke_role(session: AsyncSession, email: str, role: str) -> None:
    """Take a role from an account; tokens that carry it live on for ten minutes at most.

    Raises:
        CommandRefused: there is no such account.
    """
    user = await _by_email(session, email)
    granted = (col(UserRole.user_id) == user.id, col(UserRole.role) == role)
    await session.exec(delete(UserRole).where(*granted))


async def _by_email(session: AsyncSession, email: str) -> User:
    fits = func.lower(col(User.email)) == func.lower(email)
    user = (await session.exec(select(User).where(fits))).first()
    if user is None:
        raise CommandRefused(f"There is no account with the address {email}.")
    return user
