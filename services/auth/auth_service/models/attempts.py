"""Attempts to log in, and where an account is at home."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field

from auth_service.models.table import Table


class LoginAttempt(Table, table=True):
    """Attempts that have not succeeded, by where they came from.

    ``source`` is a digest, so that the table shows no addresses.
    """

    __tablename__ = "login_attempts"
    __table_args__ = (Index(None, "changed_at"),)

    source: bytes = Field(primary_key=True, sa_type=LargeBinary)
    window_start: datetime = Field(primary_key=True)
    failures: int
    locked_until: datetime | None = None
    changed_at: datetime


class FamiliarSource(Table, table=True):
    """A network address from which the owner has logged in; a digest as well."""

    __tablename__ = "familiar_sources"
    __table_args__ = (Index(None, "seen_at"),)

    user_id: UUID = Field(primary_key=True, foreign_key="auth.users.id")
    source: bytes = Field(primary_key=True, sa_type=LargeBinary)
    seen_at: datetime
