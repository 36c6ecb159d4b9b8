"""/v1/provider/webhooks: what the provider tells us by itself; its signature is its token."""

from __future__ import annotations

from fastapi import Request, Response, status
from service_kit import Router, responses
from service_kit.problems import BodyTooLarge

from payments_service.errors import WebhookRefused
from payments_service.routes.access import CashierDep
from payments_service.webhooks import inbox

router = Router(prefix="/v1/provider", tags=["webhooks"])


@router.post(
    "/webhooks",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=responses(WebhookRefused, BodyTooLarge),
)
async def receive_provider_webhook(request: Request, cashier: CashierDep) -> Response:
    """Acknowledge a message once it is written down; it may come again and in any order."""
    now = cashier.clock()
    message = cashier.provider.read_webhook(request.headers, await request.body(), now)
    await cashier.database.run(inbox.receive, cashier.provision.name, message, now)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
