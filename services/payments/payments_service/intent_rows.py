"""A row of ``payment_intents`` as reads on the hot paths give it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg


@dataclass(frozen=True, slots=True)
class IntentRow:
    """What the API shows of a row of ``payment_intents``; fields are named as its columns."""

    id: UUID
    customer_id: UUID
    amount: int
    currency: str
    status: str
    captured: int
    refunded: int
    payment_method: str | None
    description: str | None
    details: dict[str, str]
    action_url: str | None
    error_code: str | None
    error_message: str | None
    cancellation_reason: str | None
    created_at: datetime
    updated_at: datetime
    canceled_at: datetime | None

    @classmethod
    def of_record(cls, record: asyncpg.Record) -> IntentRow:
        """The row whose columns were selected in the order of the fields."""
        return cls(*record)
