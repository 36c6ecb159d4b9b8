"""Webhook endpoints and deliveries as the API takes and shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints
from service_kit import RequestBody, ResponseBody

from payments_service.event_types import EventType
from payments_service.models.webhooks import DeliveryStatus, EndpointStatus
from payments_service.schemas import examples
from payments_service.schemas.examples import shown


class CreateWebhookEndpoint(RequestBody):
    """Where to be told of payments, and of which events."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=2000)] = Field(
        description="https, with a public address",
        json_schema_extra={"format": "uri", "pattern": "^https://"},
        examples=["https://shop.example/webhooks"],
    )
    events: Annotated[list[EventType], Field(min_length=1, max_length=20)] = Field(
        default_factory=lambda: list(EventType)
    )


class WebhookEndpointBody(ResponseBody):
    """A webhook endpoint."""

    model_config = shown(examples.WEBHOOK_ENDPOINT)

    id: UUID
    url: str
    events: list[EventType]
    status: EndpointStatus
    created_at: datetime


class WebhookEndpointSecretBody(WebhookEndpointBody):
    """A webhook endpoint with its new secret, which is shown this once."""

    model_config = shown(examples.WEBHOOK_ENDPOINT_SECRET)

    secret: str


class WebhookDeliveryBody(ResponseBody):
    """A delivery of an event."""

    model_config = shown(examples.WEBHOOK_DELIVERY)

    id: UUID
    event_id: UUID
    event_type: EventType
    status: DeliveryStatus
    attempts: int
    next_attempt_at: datetime | None
    last_status: int | None
    last_error: str | None
    created_at: datetime
    finished_at: datetime | None
