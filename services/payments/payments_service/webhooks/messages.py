"""Messages: an event is written to the outbox and for each endpoint that wants to know of it."""

from __future__ import annotations

import json
from uuid import UUID

from service_kit import new_id
from sqlalchemy import bindparam, insert
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service.models import Customer, OutboxEvent, WebhookDelivery, WebhookEndpoint
from payments_service.models.webhooks import DeliveryStatus, EndpointStatus

_OWNER = select(Customer.user_id).where(col(Customer.id) == bindparam("customer")).scalar_subquery()
_WRITE = (
    select(WebhookEndpoint.id)
    .where(
        col(WebhookEndpoint.status) == EndpointStatus.ENABLED.value,
        or_(col(WebhookEndpoint.user_id).is_(None), col(WebhookEndpoint.user_id) == _OWNER),
        col(WebhookEndpoint.events).contains(bindparam("types")),
    )
    .add_cte(
        insert(OutboxEvent)
        .values(
            {name: bindparam(name) for name in ("id", "type", "subject", "data", "occurred_at")}
        )
        .cte("written")
    )
)


async def write(session: AsyncSession, event: OutboxEvent, customer_id: UUID) -> None:
    """Write the event to the outbox, and a delivery for each endpoint that wants to know of it."""
    named = event.model_dump(exclude={"position"})
    named |= {"customer": customer_id, "types": [event.type]}
    endpoint_ids = (await session.exec(_WRITE, params=named)).all()
    body = message_of(event)
    for endpoint_id in endpoint_ids:
        session.add(
            WebhookDelivery(
                id=new_id(),
                endpoint_id=endpoint_id,
                event_id=event.id,
                event_type=event.type,
                body=body,
                status=DeliveryStatus.PENDING.value,
                next_attempt_at=event.occurred_at,
                created_at=event.occurred_at,
            )
        )


def message_of(event: OutboxEvent) -> bytes:
    """What an endpoint is sent (Standard Webhooks: type, timestamp, data)."""
    message = {
        "type": event.type,
        "timestamp": event.occurred_at.isoformat().replace("+00:00", "Z"),
        "data": event.data,
    }
    return json.dumps(message, separators=(",", ":")).encode()
