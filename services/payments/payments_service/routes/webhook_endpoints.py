"""/v1/webhook_endpoints: who is told of payments, and what became of it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, status
from service_kit import InvalidCursor, Page, PageParams, ReaderDep, Router, SessionDep, responses

from payments_service.errors import (
    WebhookDeliveryNotFound,
    WebhookEndpointNotFound,
    WebhookTargetRefused,
)
from payments_service.models import WebhookEndpoint
from payments_service.routes.access import REFUSALS, CashierDep, Reach
from payments_service.routes.journey import DELIVERIES_LEAD_ON, ENDPOINT_LEADS_ON
from payments_service.routes.pages import before, page_of
from payments_service.schemas.webhooks import (
    CreateWebhookEndpoint,
    WebhookDeliveryBody,
    WebhookEndpointBody,
    WebhookEndpointSecretBody,
)
from payments_service.webhooks import deliveries, endpoints
from payments_service.webhooks.addresses import parsed_target
from payments_service.webhooks.sealing import Seal
from payments_service.webhooks.sender import WebhookSender

router = Router(prefix="/v1/webhook_endpoints", tags=["webhooks"], responses=REFUSALS)
_NOT_FOUND = responses(WebhookEndpointNotFound)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses=responses(WebhookTargetRefused) | ENDPOINT_LEADS_ON,
)
async def create_webhook_endpoint(
    body: CreateWebhookEndpoint,
    request: Request,
    reach: Reach,
    session: SessionDep,
    cashier: CashierDep,
) -> WebhookEndpointSecretBody:
    """Be told of the user's own payments, or of everybody's for a service."""
    sender: WebhookSender = request.app.state.webhook_sender
    parsed_target(body.url, private=sender.private)
    seal: Seal = request.app.state.webhook_seal
    made = await endpoints.create(session, body, seal, owner=reach, now=cashier.clock())
    return _with_secret(*made)


@router.get("", responses=responses(InvalidCursor))
async def list_webhook_endpoints(
    reach: Reach, session: ReaderDep, params: Annotated[PageParams, Depends()]
) -> Page[WebhookEndpointBody]:
    """Webhook endpoints, newest first, without their secrets."""
    found = await endpoints.page(
        session, owner=reach, before=before(params), limit=params.limit + 1
    )
    return page_of([WebhookEndpointBody.of(one) for one in found], params.limit)


@router.get("/{endpoint_id}", responses=_NOT_FOUND)
async def get_webhook_endpoint(
    endpoint_id: UUID, reach: Reach, session: ReaderDep
) -> WebhookEndpointBody:
    """One webhook endpoint."""
    return WebhookEndpointBody.of(await endpoints.find(session, endpoint_id, owner=reach))


@router.delete("/{endpoint_id}", status_code=status.HTTP_204_NO_CONTENT, responses=_NOT_FOUND)
async def delete_webhook_endpoint(endpoint_id: UUID, reach: Reach, session: SessionDep) -> None:
    """Be told of nothing any more; deliveries under way are dropped."""
    await endpoints.remove(session, endpoint_id, owner=reach)


@router.post("/{endpoint_id}/rotate_secret", responses=_NOT_FOUND)
async def rotate_webhook_secret(
    endpoint_id: UUID,
    request: Request,
    reach: Reach,
    session: SessionDep,
    cashier: CashierDep,
) -> WebhookEndpointSecretBody:
    """A new secret; for a day messages are signed with the former one as well."""
    seal: Seal = request.app.state.webhook_seal
    made = await endpoints.rotate(session, endpoint_id, seal, owner=reach, now=cashier.clock())
    return _with_secret(*made)


@router.get(
    "/{endpoint_id}/deliveries",
    responses=responses(WebhookEndpointNotFound, InvalidCursor) | DELIVERIES_LEAD_ON,
)
async def list_webhook_deliveries(
    endpoint_id: UUID,
    reach: Reach,
    session: ReaderDep,
    params: Annotated[PageParams, Depends()],
) -> Page[WebhookDeliveryBody]:
    """What became of the events, newest first."""
    endpoint = await endpoints.find(session, endpoint_id, owner=reach)
    found = await deliveries.page(
        session, endpoint.id, before=before(params), limit=params.limit + 1
    )
    return page_of([WebhookDeliveryBody.of(one) for one in found], params.limit)


@router.post(
    "/{endpoint_id}/deliveries/{delivery_id}/redeliver",
    responses=responses(WebhookEndpointNotFound, WebhookDeliveryNotFound),
)
async def redeliver_webhook(
    endpoint_id: UUID, delivery_id: UUID, reach: Reach, session: SessionDep, cashier: CashierDep
) -> WebhookDeliveryBody:
    """Send the event once more, with the same id."""
    endpoint = await endpoints.find(session, endpoint_id, owner=reach)
    delivery = await deliveries.again(session, endpoint.id, delivery_id, cashier.clock())
    return WebhookDeliveryBody.of(delivery)


def _with_secret(endpoint: WebhookEndpoint, secret: str) -> WebhookEndpointSecretBody:
    shown = WebhookEndpointBody.of(endpoint)
    return WebhookEndpointSecretBody(**shown.model_dump(), secret=secret)
