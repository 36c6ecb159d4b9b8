"""Users and their roles."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from auth_service.models.table import Table, one_of


class UserStatus(StrEnum):
    """What a user may do."""

    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ERASED = "erased"


class User(Table, table=True):
    """An account.

    ``version`` rises with every change that ends its sessions; ``failed_count`` and
    ``locked_until`` are about strangers (``attempts``); ``status_before`` is what a reinstated
    account returns to.
    """

    __tablename__ = "users"
    __table_args__ = (
        Index("uq_users_lower_email", text("lower(email)"), unique=True),
        one_of("status", UserStatus),
    )

    id: UUID = Field(primary_key=True)
    email: str = Field(sa_type=Text)
    password_hash: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    status_before: str | None = Field(default=None, sa_type=Text)
    failed_count: int = 0
    locked_until: datetime | None = None
    version: int = 1
    created_at: datetime
    updated_at: datetime


class Role(Table, table=True):
    """A name that stands for scopes, separated by spaces."""

    __tablename__ = "roles"

    name: str = Field(primary_key=True, sa_type=Text)
    scope: str = Field(sa_type=Text)


class UserRole(Table, table=True):
    """A role that was granted to a user."""

    __tablename__ = "user_roles"
    __table_args__ = (Index(None, "role"),)

    user_id: UUID = Field(primary_key=True, foreign_key="auth.users.id")
    role: str = Field(primary_key=True, foreign_key="auth.roles.name", sa_type=Text)
    granted_at: datetime
