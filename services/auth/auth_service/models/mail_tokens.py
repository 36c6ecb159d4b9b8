"""Tokens that are sent by mail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from auth_service.models.table import Table, one_of


class Purpose(StrEnum):
    """What a one-time token is for."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose, no password


class OneTimeToken(Table, table=True):
    """A single-use token, of which only the SHA-256 is kept."""

    __tablename__ = "one_time_tokens"
    __table_args__ = (
        UniqueConstraint("digest"),
        Index(None, "user_id"),
        one_of("purpose", Purpose),
    )

    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="auth.users.id")
    purpose: str = Field(sa_type=Text)
    digest: bytes = Field(sa_type=LargeBinary)
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
