"""Keys that sign access tokens."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from auth_service.models.table import Table, one_of


class KeyState(StrEnum):
    """The life of a key: published, signing, still accepted, gone."""

    NEXT = "next"
    ACTIVE = "active"
    RETIRING = "retiring"
    RETIRED = "retired"


class SigningKey(Table, table=True):
    """An ES256 key; the private part is encrypted. One is active, one at most is next."""

    __tablename__ = "signing_keys"
    __table_args__ = (
        Index(
            "uq_signing_keys_active",
            "state",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
        Index(
            "uq_signing_keys_next", "state", unique=True, postgresql_where=text("state = 'next'")
        ),
        one_of("state", KeyState),
    )

    kid: str = Field(primary_key=True, sa_type=Text)
    state: str = Field(sa_type=Text)
    public_jwk: dict[str, Any] = Field(sa_type=JSONB)
    private_key: bytes = Field(sa_type=LargeBinary)
    created_at: datetime
    changed_at: datetime
