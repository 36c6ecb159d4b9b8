"""What the fake provider remembers: its side of the sandbox, outlasting a killed process."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, Text
from sqlmodel import Field

from payments_service.models.table import Table


class SandboxOperation(Table, table=True):
    """An operation that the fake provider has carried out, once per idempotency key."""

    __tablename__ = "sandbox_operations"
    __table_args__ = (Index(None, "reference"),)

    idempotency_key: UUID = Field(primary_key=True)
    kind: str = Field(sa_type=Text)
    amount: int = Field(sa_type=BigInteger)
    currency: str = Field(sa_type=Text)
    payment_method: str = Field(sa_type=Text)
    reference: str = Field(sa_type=Text)
    result: str = Field(sa_type=Text)
    error_code: str | None = Field(default=None, sa_type=Text)
    calls: int = Field(default=1, sa_type=Integer)
    created_at: datetime
