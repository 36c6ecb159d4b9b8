"""The tables; ``user_id`` names an account of another service, hence no key to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from service_kit.events import inbox_tables
from service_kit.jobs import jobs_table
from shared_db import schema_registry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Index,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

DEFAULT_LOCALE = "en"
DEFAULT_TIME_ZONE = "UTC"


class Table(SQLModel, registry=schema_registry("profile")):
    """Base of the tables."""


class Profile(Table, table=True):
    """What a user tells about themselves; once erased, the row is empty and stays."""

    __tablename__ = "profiles"
    __table_args__ = (
        CheckConstraint("char_length(display_name) <= 100", name="display_name_length"),
        CheckConstraint("char_length(bio) <= 2000", name="bio_length"),
        CheckConstraint("avatar_url LIKE 'https://%'", name="avatar_url_https"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    user_id: UUID = Field(primary_key=True)
    display_name: str = Field(sa_type=Text, sa_column_kwargs={"server_default": text("''")})
    bio: str = Field(sa_type=Text, sa_column_kwargs={"server_default": text("''")})
    locale: str = Field(
        sa_type=Text, sa_column_kwargs={"server_default": text(f"'{DEFAULT_LOCALE}'")}
    )
    time_zone: str = Field(
        sa_type=Text, sa_column_kwargs={"server_default": text(f"'{DEFAULT_TIME_ZONE}'")}
    )
    avatar_url: str | None = Field(default=None, sa_type=Text)
    version: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": text("1")})
    created_at: datetime = Field(
        sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": func.now()}
    )
    updated_at: datetime = Field(
        sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": func.now()}
    )
    erased_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class Preferences(Table, table=True):
    """The settings that client applications keep for a user; their meaning is the clients'."""

    __tablename__ = "preferences"
    __table_args__ = (
        CheckConstraint("jsonb_typeof(settings) = 'object'", name="settings_object"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    user_id: UUID = Field(
        primary_key=True, foreign_key="profile.profiles.user_id", ondelete="CASCADE"
    )
    settings: dict[str, Any] = Field(sa_type=JSONB)
    version: int = Field(sa_type=BigInteger)
    updated_at: datetime = Field(
        sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": func.now()}
    )


class OutboxEvent(Table, table=True):
    """An event; ``position``, its place in the feed, is given in commit order."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "type", "position"), UniqueConstraint("position"))

    id: UUID = Field(primary_key=True)
    type: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    data: dict[str, Any] = Field(sa_type=JSONB)
    occurred_at: datetime = Field(
        sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": func.now()}
    )
    position: int | None = Field(default=None, sa_type=BigInteger)


metadata = Table.metadata
inbox_tables(metadata)
jobs_table(metadata)
