"""What the API returns."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field
from service_kit import RequestBody, ResponseBody

from admin_service.models import AuditEntry

PaymentStatus = Literal[
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "processing",
    "requires_capture",
    "succeeded",
    "canceled",
]
_LARGEST_AMOUNT = 10**12
"""The limit of the service that keeps the payments."""


class UserBody(ResponseBody):
    """An account, as the service of the accounts shows it."""

    id: UUID
    email: str
    status: str
    created_at: datetime


class PaymentBody(ResponseBody):
    """A payment intent without what its owner wrote into it; amounts are in minor units."""

    id: UUID
    customer: UUID
    amount: int
    amount_captured: int
    amount_refunded: int
    currency: str
    status: str
    created_at: datetime
    updated_at: datetime


class RefundRequest(RequestBody):
    """How much to give back, in minor units; by default all that remains."""

    amount: int | None = Field(default=None, gt=0, le=_LARGEST_AMOUNT)


class RefundBody(ResponseBody):
    """A refund; `pending` until the provider has answered."""

    id: UUID
    payment_intent: UUID
    amount: int
    currency: str
    status: str
    created_at: datetime


class HomeBody(ResponseBody):
    """The database where a schema is active."""

    host: str
    port: int
    database: str


class TableBody(ResponseBody):
    """A table with the planner's estimate of its rows and its size on disk."""

    name: str
    rows: int
    bytes: int


class LoadBody(ResponseBody):
    """What a schema has to do; all but the sessions are counted since the statistics began."""

    sessions: int
    rows_read: int
    rows_inserted: int
    rows_updated: int
    rows_deleted: int
    blocks_read: int
    blocks_cached: int
    at: datetime


class MoveBody(ResponseBody):
    """A move under way: the database it goes to or, after the cut, came from."""

    run_id: UUID
    other: HomeBody


class NoAnswer(ResponseBody):
    """Why nothing is known of a service."""

    code: str
    detail: str


class ServicePlacementBody(ResponseBody):
    """Where a service lives, or why it could not tell."""

    service: str
    home: HomeBody | None = None
    epoch: int | None = None
    state: str | None = None
    bytes: int | None = None
    tables: list[TableBody] | None = None
    load: LoadBody | None = None
    move: MoveBody | None = None
    notice: str | None = None
    error: NoAnswer | None = None


class PlacementBody(ResponseBody):
    """All services, in the order of their ports."""

    data: list[ServicePlacementBody]


class AuditEntryBody(ResponseBody):
    """An entry of the audit; ids only, hashes in hexadecimal."""

    id: UUID
    position: int
    at: datetime
    actor: UUID
    action: str
    targets: list[str]
    previous_hash: str
    hash: str

    @classmethod
    def of(cls, row: AuditEntry) -> AuditEntryBody:
        """What the API shows of an row."""
        return cls(
            id=row.id,
            position=row.position,
            at=row.at,
            actor=row.actor,
            action=row.action,
            targets=row.targets,
            previous_hash=row.previous_hash.hex(),
            hash=row.hash.hex(),
        )
