"""Deliveries: an event on its way to an endpoint, repeated with growing pauses.

A delivery is written in the transaction of the event (``messages``). Whoever sends it takes it
under a lease (``next_attempt_at``), so that a killed process delays it and loses none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared_db import Database
from sqlalchemy import ColumnElement, case, func, literal, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service.errors import WebhookDeliveryNotFound
from payments_service.models import WebhookDelivery, WebhookEndpoint
from payments_service.models.webhooks import DeliveryStatus, EndpointStatus
from payments_service.webhooks import endpoints

PAUSES = [
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
]
"""Between one sending and the next; after the last one the delivery has failed."""
LEASE = timedelta(minutes=1)
_GONE = 410


@dataclass(frozen=True, kw_only=True)
class Sending:
    """What is to be sent now.

    Args:
        delivery_id: the delivery.
        endpoint_id: whose.
        event_id: the same at each repetition, so that receivers can tell them apart.
        url: where to.
        body: the message.
        secrets: those to sign it with, as they are kept.
    """

    delivery_id: UUID
    endpoint_id: UUID
    event_id: UUID
    url: str
    body: bytes
    secrets: list[str]


async def is_any_due(database: Database, now: datetime) -> bool:
    """Whether ``take_due`` may find something: one cheap statement, as mostly nothing is due."""
    statement = """
        SELECT EXISTS (
            SELECT FROM payments.webhook_deliveries
             WHERE status = 'pending' AND next_attempt_at <= $1
        )
    """
    return bool(await database.value(statement, now))


async def take_due(
    session: AsyncSession,
    *,
    now: datetime,
    limit: int,
    per_endpoint: int,
    under_way: Mapping[UUID, int],
) -> list[Sending]:
    """What is due; others leave it alone until the lease is over.

    Every endpoint gets its first one before any gets a second, so that none holds up the others.

    Args:
        session: the transaction.
        now: when.
        limit: how many at most.
        per_endpoint: how many may be on their way to one endpoint.
        under_way: how many are by now.
    """
    queue = func.row_number().over(
        partition_by=col(WebhookDelivery.endpoint_id),
        order_by=col(WebhookDelivery.next_attempt_at),
    )
    queued = (
        select(WebhookDelivery.id, WebhookDelivery.endpoint_id, queue.label("place"))
        .where(
            col(WebhookDelivery.status) == DeliveryStatus.PENDING.value,
            col(WebhookDelivery.next_attempt_at) <= now,
        )
        .subquery()
    )
    statement = (
        select(WebhookDelivery, WebhookEndpoint)
        .join(queued, queued.c.id == col(WebhookDelivery.id))
        .join(WebhookEndpoint, col(WebhookEndpoint.id) == col(WebhookDelivery.endpoint_id))
        .where(
            col(WebhookDelivery.status) == DeliveryStatus.PENDING.value,
            col(WebhookDelivery.next_attempt_at) <= now,
            queued.c.place <= _room(queued.c.endpoint_id, per_endpoint, under_way),
        )
        .order_by(queued.c.place, col(WebhookDelivery.next_attempt_at))
        .limit(limit)
        .with_for_update(of=WebhookDelivery, skip_locked=True)
    )
    due = (await session.exec(statement)).all()
    taken = []
    for delivery, endpoint in due:
        delivery.attempts += 1
        delivery.next_attempt_at = now + LEASE
        taken.append(
            Sending(
                delivery_id=delivery.id,
                endpoint_id=endpoint.id,
                event_id=delivery.event_id,
                url=endpoint.url,
                body=delivery.body,
                secrets=await endpoints.secrets_of(session, endpoint.id, now),
            )
        )
    return taken


async def record(
    session: AsyncSession, delivery_id: UUID, answer: int | str, now: datetime
) -> None:
    """Write down what the receiver answered, or why it could not be asked."""
    statement = select(WebhookDelivery).where(col(WebhookDelivery.id) == delivery_id)
    delivery = (await session.exec(statement.with_for_update())).first()
    if delivery is None or delivery.status != DeliveryStatus.PENDING:
        return
    delivery.last_status = answer if isinstance(answer, int) else None
    delivery.last_error = answer if isinstance(answer, str) else None
    if isinstance(answer, int) and 200 <= answer < 300:
        _finish(delivery, DeliveryStatus.SUCCEEDED, now)
    elif answer == _GONE:
        _finish(delivery, DeliveryStatus.FAILED, now)
        await _disable(session, delivery.endpoint_id, now)
    elif delivery.attempts > len(PAUSES):
        _finish(delivery, DeliveryStatus.FAILED, now)
    else:
        delivery.next_attempt_at = now + PAUSES[delivery.attempts - 1]


async def page(
    session: AsyncSession, endpoint_id: UUID, *, before: UUID | None, limit: int
) -> Sequence[WebhookDelivery]:
    """At most ``limit`` deliveries of the endpoint, newest first, those older than ``before``."""
    statement = (
        select(WebhookDelivery)
        .where(col(WebhookDelivery.endpoint_id) == endpoint_id)
        .order_by(col(WebhookDelivery.id).desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(col(WebhookDelivery.id) < before)
    return (await session.exec(statement)).all()


async def again(
    session: AsyncSession, endpoint_id: UUID, delivery_id: UUID, now: datetime
) -> WebhookDelivery:
    """Send the delivery once more, from the first pause on.

    Raises:
        WebhookDeliveryNotFound: the endpoint has no such delivery.
    """
    statement = select(WebhookDelivery).where(
        col(WebhookDelivery.id) == delivery_id, col(WebhookDelivery.endpoint_id) == endpoint_id
    )
    delivery = (await session.exec(statement.with_for_update())).first()
    if delivery is None:
        raise WebhookDeliveryNotFound(f"There is no delivery {delivery_id}.")
    delivery.status = DeliveryStatus.PENDING.value
    delivery.attempts = 0
    delivery.next_attempt_at = now
    delivery.finished_at = None
    return delivery


def _room(
    endpoint_id: ColumnElement[UUID], per_endpoint: int, under_way: Mapping[UUID, int]
) -> ColumnElement[int]:
    """How many more may be sent to the endpoint."""
    if not under_way:
        return literal(per_endpoint)
    left = {known: per_endpoint - count for known, count in under_way.items()}
    return case(left, value=endpoint_id, else_=per_endpoint)


def _finish(delivery: WebhookDelivery, status: DeliveryStatus, now: datetime) -> None:
    delivery.status = status.value
    delivery.next_attempt_at = None
    delivery.finished_at = now


async def _disable(session: AsyncSession, endpoint_id: UUID, now: datetime) -> None:
    await session.exec(
        update(WebhookEndpoint)
        .where(col(WebhookEndpoint.id) == endpoint_id)
        .values(status=EndpointStatus.DISABLED.value)
    )
    await session.exec(
        update(WebhookDelivery)
        .where(
            col(WebhookDelivery.endpoint_id) == endpoint_id,
            col(WebhookDelivery.status) == DeliveryStatus.PENDING.value,
        )
        .values(status=DeliveryStatus.FAILED.value, next_attempt_at=None, finished_at=now)
    )
