"""What was asked of the provider and what came of it: attempts, captures, refunds."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, Text, UniqueConstraint, text
from sqlmodel import Field

from payments_service.models.table import Table, one_of
from payments_service.provider.port import OperationKind


class AttemptStatus(StrEnum):
    """Where a call to the provider stands; ``pending`` until its outcome is known."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    REQUIRES_ACTION = "requires_action"
    FAILED = "failed"


class RefundStatus(StrEnum):
    """Where a refund stands."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Refund(Table, table=True):
    """Money on its way back, or back, or refused by the provider."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        one_of("status", RefundStatus),
        Index(None, "payment_intent_id"),
    )

    id: UUID = Field(primary_key=True)
    payment_intent_id: UUID = Field(foreign_key="payments.payment_intents.id")
    amount: int = Field(sa_type=BigInteger)
    currency: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    error_code: str | None = Field(default=None, sa_type=Text)
    error_message: str | None = Field(default=None, sa_type=Text)
    created_at: datetime
    updated_at: datetime


class PaymentAttempt(Table, table=True):
    """One operation at the provider, committed before the provider is called.

    Its id is the idempotency key at the provider, so that a repeated call moves no money twice.
    ``next_call_at`` is when reconciliation may call again; it is null once the outcome is known.
    """

    __tablename__ = "payment_attempts"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(status = 'pending') = (next_call_at IS NOT NULL)", name="pending"),
        one_of("kind", OperationKind),
        one_of("status", AttemptStatus),
        Index(None, "payment_intent_id"),
        Index(None, "refund_id"),
        Index(None, "next_call_at", postgresql_where=text("status = 'pending'")),
        Index(
            "uq_payment_attempts_one_pending",
            "payment_intent_id",
            unique=True,
            postgresql_where=text("status = 'pending' AND kind <> 'refund'"),
        ),
    )

    id: UUID = Field(primary_key=True)
    payment_intent_id: UUID = Field(foreign_key="payments.payment_intents.id")
    refund_id: UUID | None = Field(default=None, foreign_key="payments.refunds.id")
    kind: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    amount: int = Field(sa_type=BigInteger)
    payment_method: str = Field(sa_type=Text)
    provider: str = Field(sa_type=Text)
    provider_reference: str | None = Field(default=None, sa_type=Text)
    error_code: str | None = Field(default=None, sa_type=Text)
    error_message: str | None = Field(default=None, sa_type=Text)
    calls: int = Field(default=1, sa_type=Integer)
    next_call_at: datetime | None
    created_at: datetime
    finished_at: datetime | None = None


class Capture(Table, table=True):
    """Money taken; one per intent, because a partial capture releases the rest."""

    __tablename__ = "captures"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        UniqueConstraint("payment_intent_id"),
        UniqueConstraint("attempt_id"),
    )

    id: UUID = Field(primary_key=True)
    payment_intent_id: UUID = Field(foreign_key="payments.payment_intents.id")
    attempt_id: UUID = Field(foreign_key="payments.payment_attempts.id")
    amount: int = Field(sa_type=BigInteger)
    currency: str = Field(sa_type=Text)
    created_at: datetime
