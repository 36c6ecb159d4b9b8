"""A row of ``payment_intents`` as reads on the hot paths give it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson


class IntentRow(NamedTuple):
    """What the API shows of a row of ``payment_intents``; fields are named as its columns.

    A tuple, because a list makes many of them and a frozen dataclass sets field by field.
    """

    id: UUID
    customer_id: UUID
    amount: int
    currency: str
    status: str
    captured: int
    refunded: int
    payment_method: str | None
    description: str | None
    action_url: str | None
    error_code: str | None
    error_message: str | None
    cancellation_reason: str | None
    created_at: datetime
    updated_at: datetime
    canceled_at: datetime | None
    details: dict[str, str]

    @classmethod
    def of_record(cls, record: asyncpg.Record) -> IntentRow:
        """The row whose ``COLUMNS`` were selected."""
        *values, details = record
        return cls._make((*values, orjson.loads(details)))


COLUMNS = ", ".join(IntentRow._fields[:-1]) + ", details::text"
"""The fields in their order; as text ``details`` is read faster than by the connection's codec."""
