"""The HTTP API, a file per group of paths."""

from service_kit.events import feed

from payments_service.routes import (
    customers,
    ledger,
    payment_intents,
    payment_steps,
    provider_webhooks,
    refunds,
    webhook_endpoints,
)

routers = [
    customers.router,
    payment_intents.router,
    payment_steps.router,
    refunds.router,
    ledger.router,
    webhook_endpoints.router,
    provider_webhooks.router,
    feed,
]

__all__ = ["routers"]
