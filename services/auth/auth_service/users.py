"""Accounts as they are found: by their address, by part of it, by their neighbour."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.models import User

_NEAREST = text("""
SELECT users.id, users.version, users.password_hash,
       lower(users.email) = lower(:email) AS same,
       EXISTS (
           SELECT FROM auth.familiar_sources
            WHERE user_id = users.id AND source = :address AND seen_at > :since
       ) AS familiar
  FROM auth.users
 WHERE lower(users.email) >= lower(:email)
 ORDER BY lower(users.email)
 LIMIT 1
""")

_WILDCARDS = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


class Account(NamedTuple):
    """What a password is checked against, and the version of the account that it belongs to."""

    id: UUID
    version: int
    password_hash: str


class Nearest(NamedTuple):
    """What there is for an address that somebody wants to log in with.

    Args:
        account: the account, None when there is none.
        kept: the hash to verify against: the account's, or its neighbour's for equal cost.
        address_is_familiar: whether the owner has logged in from that network address.
    """

    account: Account | None
    kept: str | None
    address_is_familiar: bool


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


async def account_or_neighbour(
    session: AsyncSession, email: str, *, address: bytes, since: datetime
) -> Nearest:
    """The account with that address, and the password hash that a guess is verified against.

    Without an account that is the hash of the next address in the index. Hashes of several kinds
    and costs live side by side (bcrypt until its owner logs in); a fixed dummy would tell an
    account with bcrypt from an address without one, as bcrypt takes longer. A neighbour is of each
    kind as often as accounts are, and always the same for one address.

    Args:
        session: the transaction.
        email: the address.
        address: the digest of a network address that may be familiar to the account.
        since: it is when the owner has used it after that.
    """
    connection = await session.connection()
    named = {"email": email, "address": address, "since": since}
    found = (await connection.execute(_NEAREST, named)).first()
    if found is None:
        return Nearest(None, None, False)
    account = Account(found.id, found.version, found.password_hash)
    return Nearest(account if found.same else None, account.password_hash, found.familiar)
