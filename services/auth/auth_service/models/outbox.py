"""Events, written in the transaction of the change that they tell of."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from auth_service.models.table import Table


class OutboxEvent(Table, table=True):
    """A CloudEvent that waits to be relayed; ``subject`` is the id of what changed."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "occurred_at"),)

    id: UUID = Field(primary_key=True)
    type: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    data: dict[str, Any] = Field(sa_type=JSONB)
    occurred_at: datetime
