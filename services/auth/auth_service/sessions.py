"""Sessions: begun by a login, carried on by refresh tokens, ended by logout, replay or time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from service_kit import Clock, new_id
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.digests import digest, new_token
from auth_service.errors import OAuthError, SessionNotFound
from auth_service.models import RefreshToken, Session, User
from auth_service.models.accounts import UserStatus


@dataclass(frozen=True)
class Lifetimes:
    """How long sessions last.

    Args:
        idle: without a refresh.
        absolute: at the latest.
        grace: how long a used token may come again from a client that lost the reply.
    """

    idle: timedelta
    absolute: timedelta
    grace: timedelta


@dataclass(frozen=True)
class Grant:
    """What a login or a refresh gives: the session, its user and the next refresh token."""

    session_id: UUID
    user: User
    refresh_token: str


class Sessions:
    """Begins, carries on and ends sessions.

    Args:
        lifetimes: how long they last.
        clock: gives the time.
    """

    def __init__(self, lifetimes: Lifetimes, clock: Clock) -> None:
        self._lifetimes = lifetimes
        self._clock = clock

    async def begin(self, session: AsyncSession, user: User) -> Grant:
        """A new session of a user who has just logged in."""
        now = self._clock()
        begun = Session(
            id=new_id(),
            user_id=user.id,
            created_at=now,
            expires_at=now + self._lifetimes.absolute,
        )
        session.add(begun)
        await session.flush()
        return Grant(begun.id, user, self._issue(session, begun, None))

    async def refresh(self, session: AsyncSession, token: str) -> Grant | OAuthError:
        """Exchange a refresh token; an error is returned, not raised, so that revoking commits.

        A token is used once. When it comes again, either the reply was lost, which is forgiven
        within the grace time as long as its successor is unused, or it was stolen, which ends the
        session with all its tokens.
        """
        found = (
            await session.exec(
                select(RefreshToken).where(col(RefreshToken.digest) == digest(token))
            )
        ).first()
        if found is None:
            return _refused()
        begun = await session.get(Session, found.session_id, with_for_update=True)
        await session.refresh(found)
        user = await session.get(User, begun.user_id) if begun else None
        now = self._clock()
        if begun is None or user is None or not _alive(begun, now):
            return _refused()
        if user.status != UserStatus.ACTIVE or found.expires_at <= now:
            return _refused()
        if found.used_at is not None and not await self._forgiven(session, found, now):
            begun.revoked_at = now
            return _refused()
        found.used_at = found.used_at or now
        return Grant(begun.id, user, self._issue(session, begun, found.id))

    async def list_of(self, session: AsyncSession, user_id: UUID) -> list[Session]:
        """The live sessions of a user, newest first."""
        now = self._clock()
        found = await session.exec(
            select(Session)
            .where(
                col(Session.user_id) == user_id,
                col(Session.revoked_at).is_(None),
                col(Session.expires_at) > now,
            )
            .order_by(col(Session.id).desc())
            .limit(100)
        )
        return list(found.all())

    async def end(self, session: AsyncSession, session_id: UUID, user_id: UUID) -> None:
        """End a session of that user; one that has ended already stays ended.

        Raises:
            SessionNotFound: there is none, or it is another user's.
        """
        begun = await session.get(Session, session_id, with_for_update=True)
        if begun is None or begun.user_id != user_id:
            raise SessionNotFound(f"There is no session {session_id}.")
        begun.revoked_at = begun.revoked_at or self._clock()

    async def end_all(self, session: AsyncSession, user_id: UUID) -> None:
        """End all sessions of a user."""
        live = (col(Session.user_id) == user_id, col(Session.revoked_at).is_(None))
        await session.exec(update(Session).where(*live).values(revoked_at=self._clock()))

    async def _forgiven(self, session: AsyncSession, token: RefreshToken, now: datetime) -> bool:
        """Whether a used token may come again; its unused successors then no longer count."""
        if token.used_at is None or now - token.used_at > self._lifetimes.grace:
            return False
        of_parent = col(RefreshToken.parent_id) == token.id
        children = (await session.exec(select(RefreshToken).where(of_parent))).all()
        if not children or any(child.used_at is not None for child in children):
            return False
        for child in children:
            child.expires_at = now
        return True

    def _issue(self, session: AsyncSession, begun: Session, parent: UUID | None) -> str:
        now = self._clock()
        token = new_token()
        session.add(
            RefreshToken(
                id=new_id(),
                session_id=begun.id,
                parent_id=parent,
                digest=digest(token),
                created_at=now,
                expires_at=min(now + self._lifetimes.idle, begun.expires_at),
            )
        )
        return token


def _alive(begun: Session, now: datetime) -> bool:
    return begun.revoked_at is None and begun.expires_at > now


def _refused() -> OAuthError:
    return OAuthError("invalid_grant", "The refresh token was used, revoked or has expired.")
