"""The double-entry ledger; triggers of the migration keep it balanced and append-only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field

from payments_service.models.table import Table, one_of


class Account(StrEnum):
    """The accounts; debits are positive, credits negative."""

    PROVIDER_CLEARING = "provider_clearing"
    """What the provider owes us: an asset."""
    SALES = "sales"
    """What was captured: income."""
    REFUNDS = "refunds"
    """What was given back: it lessens income."""


class TransactionKind(StrEnum):
    """Why money moved."""

    CAPTURE = "capture"
    REFUND = "refund"
    REVERSAL = "reversal"
    """A correction: the entries of another transaction with their signs turned."""


class LedgerTransaction(Table, table=True):
    """A movement of money; ``source_id`` names what is behind it.

    That is a capture, a refund or, for a reversal, the transaction that it takes back.

    ``entry_count`` is checked when the transaction commits, so that nothing can be added to an
    old movement, not even entries that sum to zero.
    """

    __tablename__ = "ledger_transactions"
    __table_args__ = (
        CheckConstraint("entry_count >= 2", name="entry_count"),
        one_of("kind", TransactionKind),
        UniqueConstraint("kind", "source_id"),
        Index(None, "payment_intent_id"),
        Index(None, "customer_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    kind: str = Field(sa_type=Text)
    source_id: UUID
    payment_intent_id: UUID = Field(foreign_key="payments.payment_intents.id")
    customer_id: UUID = Field(foreign_key="payments.customers.id")
    entry_count: int = Field(sa_type=SmallInteger)
    created_at: datetime


class LedgerEntry(Table, table=True):
    """One side of a movement, in minor units of its currency."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        one_of("account", Account),
        Index(None, "transaction_id"),
        Index(None, "account", "currency"),
    )

    id: UUID = Field(primary_key=True)
    transaction_id: UUID = Field(foreign_key="payments.ledger_transactions.id")
    account: str = Field(sa_type=Text)
    amount: int = Field(sa_type=BigInteger)
    currency: str = Field(sa_type=Text)
