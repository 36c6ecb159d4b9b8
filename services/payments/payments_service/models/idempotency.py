"""Keys of requests that create or move money, with the replies that they were given."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, SmallInteger, Text, UniqueConstraint
from sqlmodel import Field

from payments_service.models.table import Table


class IdempotencyKey(Table, table=True):
    """A key of one principal and route; in flight while it has no reply."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        CheckConstraint(
            "(reply_status IS NULL) = (reply_body IS NULL)"
            " AND (reply_status IS NULL) = (completed_at IS NULL)",
            name="reply",
        ),
        CheckConstraint("reply_status IS NOT NULL OR attempt_id IS NOT NULL", name="in_flight"),
        UniqueConstraint("principal", "route", "key"),
        UniqueConstraint("attempt_id"),
        Index(None, "created_at"),
    )

    id: UUID = Field(primary_key=True)
    principal: str = Field(sa_type=Text)
    route: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text)
    fingerprint: bytes = Field(sa_type=LargeBinary)
    attempt_id: UUID | None = Field(default=None, foreign_key="payments.payment_attempts.id")
    reply_status: int | None = Field(default=None, sa_type=SmallInteger)
    reply_body: bytes | None = Field(default=None, sa_type=LargeBinary)
    created_at: datetime
    completed_at: datetime | None = None
