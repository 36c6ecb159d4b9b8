"""The declaration of the service, found through its entry point."""

from __future__ import annotations

from shared_db.service import Service

service = Service(
    name="payments",
    title="Payments",
    port=8002,
    metadata="payments_service.models:metadata",
    migrations="payments_service:migrations",
    app="payments_service.app:create_app",
    secrets=("PAYMENTS_PROVIDER_WEBHOOK_SECRET", "PAYMENTS_WEBHOOK_ENCRYPTION_KEY"),
    scopes=("events:read",),
    events=(
        "payment.authorized",
        "payment.captured",
        "payment.canceled",
        "payment.refunded",
        "customer.erased",
    ),
)
