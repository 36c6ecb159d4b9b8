"""Customers and their payment intents."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from payments_service.models.table import Table, one_of
from payments_service.states import Status


class CustomerStatus(StrEnum):
    """Whether a customer may pay; it follows the user's account."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ERASED = "erased"


class Customer(Table, table=True):
    """The paying side of a user; ``user_id`` has no foreign key into another schema."""

    __tablename__ = "customers"
    __table_args__ = (
        UniqueConstraint("user_id"),
        one_of("status", CustomerStatus),
        Index("ix_customers_inactive", "id", postgresql_where=text("status <> 'active'")),
    )

    id: UUID = Field(primary_key=True)
    user_id: UUID
    status: str = Field(
        default=CustomerStatus.ACTIVE.value,
        sa_type=Text,
        sa_column_kwargs={"server_default": text("'active'")},
    )
    created_at: datetime


class PaymentIntent(Table, table=True):
    """One payment from the wish to pay to the last refund.

    ``captured`` and ``refunded`` are what the ledger holds; ``refunding`` is what refunds under
    way have reserved, so that parallel refunds cannot promise more than was captured.
    """

    __tablename__ = "payment_intents"
    __table_args__ = (
        CheckConstraint(
            "0 <= refunded AND refunded <= captured AND captured <= amount", name="amounts"
        ),
        CheckConstraint("0 <= refunding AND refunded + refunding <= captured", name="refunding"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        one_of("status", Status),
        Index(None, "customer_id", "id"),
        Index(None, "status", "id"),
        Index(
            "ix_payment_intents_open",
            "customer_id",
            postgresql_where=text("status NOT IN ('succeeded', 'canceled')"),
        ),
    )

    id: UUID = Field(primary_key=True)
    customer_id: UUID = Field(foreign_key="payments.customers.id")
    amount: int = Field(sa_type=BigInteger)
    currency: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    captured: int = Field(default=0, sa_type=BigInteger)
    refunded: int = Field(default=0, sa_type=BigInteger)
    refunding: int = Field(default=0, sa_type=BigInteger)
    payment_method: str | None = Field(default=None, sa_type=Text)
    description: str | None = Field(default=None, sa_type=Text)
    details: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    provider_reference: str | None = Field(default=None, sa_type=Text)
    action_url: str | None = Field(default=None, sa_type=Text)
    error_code: str | None = Field(default=None, sa_type=Text)
    error_message: str | None = Field(default=None, sa_type=Text)
    cancellation_reason: str | None = Field(default=None, sa_type=Text)
    created_at: datetime
    updated_at: datetime
    canceled_at: datetime | None = None
