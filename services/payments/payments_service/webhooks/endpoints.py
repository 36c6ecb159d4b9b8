"""Webhook endpoints: where a principal wants to be told of payments, and the secrets for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from service_kit import new_id
from sqlmodel import col, delete, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service.errors import WebhookEndpointNotFound
from payments_service.models import WebhookDelivery, WebhookEndpoint, WebhookSecret
from payments_service.models.webhooks import EndpointStatus
from payments_service.schemas.webhooks import CreateWebhookEndpoint
from payments_service.webhooks.sealing import Seal
from payments_service.webhooks.signatures import new_secret

ROTATION = timedelta(hours=24)
"""For how long a message carries a signature with the former secret too."""


async def create(
    session: AsyncSession,
    wish: CreateWebhookEndpoint,
    seal: Seal,
    *,
    owner: UUID | None,
    now: datetime,
) -> tuple[WebhookEndpoint, str]:
    """A new endpoint and its secret, which is not shown again.

    Args:
        session: the transaction.
        wish: where to, and what about.
        seal: encrypts the secret.
        owner: the user whose payments it is told of; None for everybody's.
        now: when.
    """
    endpoint = WebhookEndpoint(
        id=new_id(),
        user_id=owner,
        url=wish.url,
        events=[kind.value for kind in wish.events],
        status=EndpointStatus.ENABLED.value,
        created_at=now,
    )
    session.add(endpoint)
    await session.flush()
    return endpoint, _add_secret(session, endpoint, seal, now)


async def rotate(
    session: AsyncSession, endpoint_id: UUID, seal: Seal, *, owner: UUID | None, now: datetime
) -> tuple[WebhookEndpoint, str]:
    """A new secret beside the former one, which counts for a day more.

    Raises:
        WebhookEndpointNotFound: there is none, or it is another user's.
    """
    endpoint = await find(session, endpoint_id, owner=owner, lock=True)
    of_endpoint = select(WebhookSecret).where(col(WebhookSecret.endpoint_id) == endpoint.id)
    for former in (await session.exec(of_endpoint)).all():
        if former.expires_at is None:
            former.expires_at = now + ROTATION
        elif former.expires_at <= now:
            await session.delete(former)
    return endpoint, _add_secret(session, endpoint, seal, now)


async def find(
    session: AsyncSession, endpoint_id: UUID, *, owner: UUID | None, lock: bool = False
) -> WebhookEndpoint:
    """The endpoint with that id.

    Raises:
        WebhookEndpointNotFound: there is none, or it is another user's.
    """
    statement = select(WebhookEndpoint).where(col(WebhookEndpoint.id) == endpoint_id)
    if owner is not None:
        statement = statement.where(col(WebhookEndpoint.user_id) == owner)
    if lock:
        statement = statement.with_for_update()
    found = (await session.exec(statement)).first()
    if found is None:
        raise WebhookEndpointNotFound(f"There is no webhook endpoint {endpoint_id}.")
    return found


async def page(
    session: AsyncSession, *, owner: UUID | None, before: UUID | None, limit: int
) -> Sequence[WebhookEndpoint]:
    """At most ``limit`` endpoints, newest first, those older than ``before``."""
    statement = select(WebhookEndpoint).order_by(col(WebhookEndpoint.id).desc()).limit(limit)
    if owner is not None:
        statement = statement.where(col(WebhookEndpoint.user_id) == owner)
    if before is not None:
        statement = statement.where(col(WebhookEndpoint.id) < before)
    return (await session.exec(statement)).all()


async def remove(session: AsyncSession, endpoint_id: UUID, *, owner: UUID | None) -> None:
    """Delete the endpoint with its secrets and deliveries.

    Raises:
        WebhookEndpointNotFound: there is none, or it is another user's.
    """
    endpoint = await find(session, endpoint_id, owner=owner, lock=True)
    await _delete(session, [endpoint.id])


async def remove_all_of(session: AsyncSession, user_id: UUID) -> None:
    """Delete what a user has: an erased one is told of nothing any more."""
    statement = select(WebhookEndpoint.id).where(col(WebhookEndpoint.user_id) == user_id)
    await _delete(session, list((await session.exec(statement)).all()))


async def secrets_of(session: AsyncSession, endpoint_id: UUID, now: datetime) -> list[str]:
    """The secrets that count, as they are kept, the newest first."""
    statement = (
        select(WebhookSecret.secret)
        .where(
            col(WebhookSecret.endpoint_id) == endpoint_id,
            or_(col(WebhookSecret.expires_at).is_(None), col(WebhookSecret.expires_at) > now),
        )
        .order_by(col(WebhookSecret.id).desc())
    )
    return list((await session.exec(statement)).all())


def _add_secret(session: AsyncSession, endpoint: WebhookEndpoint, seal: Seal, now: datetime) -> str:
    secret = new_secret()
    kept = seal.close(secret)
    session.add(WebhookSecret(id=new_id(), endpoint_id=endpoint.id, secret=kept, created_at=now))
    return secret


async def _delete(session: AsyncSession, ids: list[UUID]) -> None:
    await session.exec(delete(WebhookSecret).where(col(WebhookSecret.endpoint_id).in_(ids)))
    await session.exec(delete(WebhookDelivery).where(col(WebhookDelivery.endpoint_id).in_(ids)))
    await session.exec(delete(WebhookEndpoint).where(col(WebhookEndpoint.id).in_(ids)))
