"""Sessions, the refresh tokens that carry them on, and access tokens that were taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from auth_service.models.table import Table


class Session(Table, table=True):
    """A login of a user; it ends at ``expires_at`` at the latest, or when it is revoked."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "user_id"),)

    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="auth.users.id")
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


class RefreshToken(Table, table=True):
    """A single-use token, of which only the SHA-256 is kept.

    ``used_at`` is set when it is exchanged; ``parent_id`` is the token that it was exchanged for.
    With ``successor_salt`` the holder of a used token can be given the same successor again.
    """

    __tablename__ = "refresh_tokens"
    __table_args__ = (UniqueConstraint("digest"), Index(None, "session_id"))

    id: UUID = Field(primary_key=True)
    session_id: UUID = Field(foreign_key="auth.sessions.id")
    parent_id: UUID | None = None
    digest: bytes = Field(sa_type=LargeBinary)
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    successor_salt: bytes | None = Field(default=None, sa_type=LargeBinary)


class RevokedToken(Table, table=True):
    """A service's access token that was taken back; the row counts until the token expires."""

    __tablename__ = "revoked_tokens"
    __table_args__ = (Index(None, "expires_at"),)

    jti: str = Field(primary_key=True, sa_type=Text)
    expires_at: datetime
