"""The tables: the audit, which holds ids and never personal data, and the inbox of events."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service_kit.events import inbox_tables
from shared_db import schema_registry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel


class Table(SQLModel, registry=schema_registry("admin")):
    """Base of the tables."""


class AuditEntry(Table, table=True):
    """An act of an administrator, or of a service; its hash covers that of the entry before."""

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("position"),
        Index(None, "targets", postgresql_using="gin"),
        CheckConstraint("position > 0", name="position_positive"),
        CheckConstraint("octet_length(previous_hash) = 32", name="previous_hash_length"),
        CheckConstraint("octet_length(hash) = 32", name="hash_length"),
    )

    id: UUID = Field(primary_key=True)
    position: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=DateTime(timezone=True))
    actor: UUID
    action: str = Field(sa_type=Text)
    targets: list[str] = Field(sa_type=ARRAY(Text()))
    previous_hash: bytes = Field(sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary)


metadata = Table.metadata
inbox_tables(metadata)
