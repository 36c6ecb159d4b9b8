"""Accounts as they are found: by their address, by part of it, by their neighbour."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.models import User

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


async def by_email(session: AsyncSession, email: str, *, lock: bool = False) -> User | None:
    """The account with that address, in whatever case it is written.

    Args:
        session: the transaction.
        email: the address.
        lock: for update.
    """
    found = select(User).where(func.lower(col(User.email)) == func.lower(email))
    return (await session.exec(found.with_for_update() if lock else found)).first()


async def account_or_neighbour(session: AsyncSession, email: str) -> tuple[User | None, str | None]:
    """The account with that address, and the password hash that a guess is verified against.

    Without an account that is the hash of the next address in the index. Hashes of several kinds
    and costs live side by side (bcrypt until its owner logs in); a fixed dummy would tell an
    account with bcrypt from an address without one, as bcrypt takes longer. A neighbour is of each
    kind as often as accounts are, and always the same for one address.
    """
    wanted = func.lower(email)
    written = func.lower(col(User.email))
    nearest = select(User, written == wanted).where(written >= wanted).order_by(written).limit(1)
    found = (await session.exec(nearest)).first()
    if found is None:
        return None, None
    user, same = found
    return (user if same else None), user.password_hash
