"""Webhooks in both directions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, Integer, LargeBinary, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from payments_service.models.table import Table, one_of


class EndpointStatus(StrEnum):
    """Whether an endpoint is told of events; one that answers 410 is disabled."""

    ENABLED = "enabled"
    DISABLED = "disabled"


class DeliveryStatus(StrEnum):
    """How far a delivery is."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class WebhookEndpoint(Table, table=True):
    """Where events go; without a user it is a service's and gets everybody's."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (one_of("status", EndpointStatus), Index(None, "user_id", "id"))

    id: UUID = Field(primary_key=True)
    user_id: UUID | None = None
    url: str = Field(sa_type=Text)
    events: list[str] = Field(sa_type=JSONB)
    status: str = Field(sa_type=Text)
    created_at: datetime


class WebhookSecret(Table, table=True):
    """A secret of an endpoint, encrypted; several count while it is being rotated."""

    __tablename__ = "webhook_secrets"
    __table_args__ = (Index(None, "endpoint_id"),)

    id: UUID = Field(primary_key=True)
    endpoint_id: UUID = Field(foreign_key="payments.webhook_endpoints.id")
    secret: str = Field(sa_type=Text)
    created_at: datetime
    expires_at: datetime | None = None


class WebhookDelivery(Table, table=True):
    """An event on its way to an endpoint."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        one_of("status", DeliveryStatus),
        Index(None, "endpoint_id", "id"),
        Index(None, "next_attempt_at", postgresql_where=text("status = 'pending'")),
    )

    id: UUID = Field(primary_key=True)
    endpoint_id: UUID = Field(foreign_key="payments.webhook_endpoints.id")
    event_id: UUID
    event_type: str = Field(sa_type=Text)
    body: bytes = Field(sa_type=LargeBinary)
    status: str = Field(sa_type=Text)
    attempts: int = Field(default=0, sa_type=SmallInteger)
    next_attempt_at: datetime | None = None
    last_status: int | None = Field(default=None, sa_type=Integer)
    last_error: str | None = Field(default=None, sa_type=Text)
    created_at: datetime
    finished_at: datetime | None = None


class ProviderEvent(Table, table=True):
    """A message of the provider that was acknowledged."""

    __tablename__ = "provider_events"
    __table_args__ = (Index(None, "received_at"),)

    provider: str = Field(primary_key=True, sa_type=Text)
    message_id: str = Field(primary_key=True, sa_type=Text)
    attempt_id: UUID
    received_at: datetime
