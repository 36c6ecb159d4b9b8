"""Events, written in the transaction of the change that they tell of."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from payments_service.models.table import Table


class OutboxEvent(Table, table=True):
    """A CloudEvent; ``subject`` is the id of what changed, ``position`` its place in the feed."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "occurred_at"),
        Index(None, "type", "position"),
        UniqueConstraint("position"),
    )

    id: UUID = Field(primary_key=True)
    type: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    data: dict[str, Any] = Field(sa_type=JSONB)
    occurred_at: datetime
    position: int | None = Field(default=None, sa_type=BigInteger)
