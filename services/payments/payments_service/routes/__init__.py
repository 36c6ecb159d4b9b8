"""The HTTP API, a file per group of paths."""

from payments_service.routes import customers, ledger, payment_intents, payment_steps, refunds

routers = [
    customers.router,
    payment_intents.router,
    payment_steps.router,
    refunds.router,
    ledger.router,
]

__all__ = ["routers"]
