"""Roles: granted by operators with a command, never by an API."""

from __future__ import annotations

from service_kit import Clock
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.errors import CommandRefused
from auth_service.models import Role, User, UserRole
from auth_service.users import by_email


async def grant_role(session: AsyncSession, email: str, role: str, clock: Clock) -> None:
    """Give an account a role; granting it again changes nothing.

    Raises:
        CommandRefused: there is no such account or role.
    """
    user = await _account(session, email)
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
    user = await _account(session, email)
    granted = (col(UserRole.user_id) == user.id, col(UserRole.role) == role)
    await session.exec(delete(UserRole).where(*granted))


async def _account(session: AsyncSession, email: str) -> User:
    user = await by_email(session, email)
    if user is None:
        raise CommandRefused(f"There is no account with the address {email}.")
    return user
