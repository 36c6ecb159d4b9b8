"""Sessions: begun by a login, carried on by refresh tokens, ended by logout, replay or time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from service_kit import Clock, InvalidToken, Principal, new_id
from sqlalchemy import bindparam, text
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.digests import digest, new_salt, new_token, successor
from auth_service.errors import OAuthError, SessionNotFound
from auth_service.models import RefreshToken, Session, User
from auth_service.models.accounts import UserStatus
from auth_service.scopes import all_scopes, narrowed, scopes_of

_LOCK = (
    select(Session, RefreshToken, User.status)
    .join(RefreshToken, col(RefreshToken.session_id) == col(Session.id))
    .join(User, col(User.id) == col(Session.user_id))
    .where(col(RefreshToken.digest) == bindparam("digest"))
    .with_for_update(of=[Session, RefreshToken])
    .execution_options(populate_existing=True)
)
"""Whoever waited for the session's lock sees the token as the other left it."""

_BEGIN = text("""
WITH begun AS (
    INSERT INTO auth.sessions (id, user_id, created_at, expires_at)
    VALUES (:session, :user, :now, :session_ends)
),
issued AS (
    INSERT INTO auth.refresh_tokens (id, session_id, digest, created_at, expires_at)
    VALUES (:token, :session, :digest, :now, :token_ends)
)
SELECT roles.scope
  FROM auth.roles
  JOIN auth.user_roles ON user_roles.role = roles.name
 WHERE user_roles.user_id = :user
""")


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
    """What a login or a refresh gives: the session, its user, scopes and next refresh token."""

    session_id: UUID
    user_id: UUID
    scopes: tuple[str, ...]
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

    async def begin(self, session: AsyncSession, user_id: UUID) -> Grant:
        """A new session of a user who has just logged in, in one statement with its token."""
        now, begun, token = self._clock(), new_id(), new_token()
        ends = now + self._lifetimes.absolute
        named = {
            "session": begun,
            "user": user_id,
            "now": now,
            "session_ends": ends,
            "token": new_id(),
            "digest": digest(token),
            "token_ends": min(now + self._lifetimes.idle, ends),
        }
        granted = await (await session.connection()).execute(_BEGIN, named)
        return Grant(begun, user_id, all_scopes(granted.scalars()), token)

    async def refresh(
        self, session: AsyncSession, token: str, scope: str | None = None
    ) -> Grant | OAuthError:
        """Exchange a refresh token; an error is returned, not raised, so that revoking commits.

        A token is exchanged once, for one successor. When it comes again, either the reply was
        lost or several requests of one client met: within the grace time, and while the successor
        is unused, each of them gets that same successor, so that there is never a second lineage.
        Otherwise it was stolen from the client or from the thief (RFC 9700, 4.14.2), and the
        session ends with all its tokens. ADR 6 says why.

        Args:
            session: the transaction.
            token: the refresh token.
            scope: a part of the session's scope, for the access token alone (RFC 6749, 6).
        """
        locked = (await session.exec(_LOCK, params={"digest": digest(token)})).first()
        if locked is None:
            return _refused()
        begun, found, status = locked
        if not _alive(begun, self._clock()) or status != UserStatus.ACTIVE:
            return _refused()
        return await self._exchange(session, begun, found, token, scope)

    async def list_of(
        self, session: AsyncSession, user_id: UUID, *, before: UUID | None, limit: int
    ) -> list[Session]:
        """The live sessions of a user, newest first, ``limit`` of them at most."""
        statement = (
            select(Session)
            .where(
                col(Session.user_id) == user_id,
                col(Session.revoked_at).is_(None),
                col(Session.expires_at) > self._clock(),
            )
            .order_by(col(Session.id).desc())
            .limit(limit)
        )
        if before is not None:
            statement = statement.where(col(Session.id) < before)
        return list((await session.exec(statement)).all())

    async def signed_in(self, session: AsyncSession, caller: Principal) -> User:
        """The account of a caller whose session still lives.

        Other services trust an access token until it expires; here, where sessions are kept, one
        that has ended ends its tokens at once.

        Raises:
            InvalidToken: the session has ended, or the account is not active.
        """
        found = await session.exec(
            select(User)
            .join(Session, col(Session.user_id) == col(User.id))
            .where(
                col(Session.id) == caller.session_id,
                col(User.id) == caller.user_id,
                col(User.status) == UserStatus.ACTIVE,
                col(Session.revoked_at).is_(None),
                col(Session.expires_at) > self._clock(),
            )
        )
        user = found.first()
        if user is None:
            raise InvalidToken("The session has ended: log in again.")
        return user

    async def end(self, session: AsyncSession, session_id: UUID, user_id: UUID) -> None:
        """End a session of that user; one that has ended already stays ended.

        Raises:
            SessionNotFound: there is none, or it is another user's.
        """
        begun = await session.get(Session, session_id, with_for_update=True)
        if begun is None or begun.user_id != user_id:
            raise SessionNotFound(f"There is no session {session_id}.")
        begun.revoked_at = begun.revoked_at or self._clock()

    async def end_all(
        self, session: AsyncSession, user_id: UUID, *, but: UUID | None = None
    ) -> None:
        """End the sessions of a user, all of them or all but one."""
        ended = [col(Session.user_id) == user_id, col(Session.revoked_at).is_(None)]
        if but is not None:
            ended.append(col(Session.id) != but)
        await session.exec(update(Session).where(*ended).values(revoked_at=self._clock()))

    async def _exchange(
        self,
        session: AsyncSession,
        begun: Session,
        found: RefreshToken,
        token: str,
        scope: str | None,
    ) -> Grant | OAuthError:
        now = self._clock()
        scopes = narrowed(await scopes_of(session, begun.user_id), scope)
        if found.used_at is not None:
            again = await self._again(session, found, token, now)
            if again is None:
                begun.revoked_at = now
                return _refused()
            return scopes if isinstance(scopes, OAuthError) else _grant(begun, scopes, again)
        if found.expires_at <= now:
            return _refused()
        if isinstance(scopes, OAuthError):
            return scopes
        found.used_at, found.successor_salt = now, new_salt()
        following = successor(token, found.successor_salt)
        return _grant(begun, scopes, self._issue(session, begun, following, found.id))

    async def _again(
        self, session: AsyncSession, used: RefreshToken, token: str, now: datetime
    ) -> str | None:
        """The successor of a used token that may be given once more, None where it may not."""
        if used.used_at is None or now - used.used_at > self._lifetimes.grace:
            return None
        if used.successor_salt is None:
            return None
        following = successor(token, used.successor_salt)
        of_child = select(RefreshToken).where(col(RefreshToken.digest) == digest(following))
        child = (await session.exec(of_child)).first()
        return following if child is not None and child.used_at is None else None

    def _issue(self, session: AsyncSession, begun: Session, token: str, parent: UUID | None) -> str:
        now = self._clock()
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


def _grant(begun: Session, scopes: tuple[str, ...], token: str) -> Grant:
    return Grant(begun.id, begun.user_id, scopes, token)


def _alive(begun: Session, now: datetime) -> bool:
    return begun.revoked_at is None and begun.expires_at > now


def _refused() -> OAuthError:
    return OAuthError("invalid_grant", "The refresh token was used, revoked or has expired.")
