"""The service's settings, from the environment."""

from __future__ import annotations

from pydantic import Field, SecretStr
from service_kit import ServiceSettings


class Settings(ServiceSettings):
    """What can be set for this service; the common settings are in service_kit."""

    payments_provider: str = Field(
        default="fake",
        description="`fake` (the sandbox) or `module:factory` of a provider's adapter",
    )
    payments_provider_timeout: float = Field(
        default=10.0, gt=0, le=60, description="seconds that one call to the provider may take"
    )
    payments_reconcile_interval: float = Field(
        default=5.0, gt=0, description="seconds between two rounds of reconciliation"
    )
    payments_reconcile_batch: int = Field(
        default=20, ge=1, le=1000, description="attempts reconciled in one round"
    )
    payments_idempotency_hours: int = Field(
        default=48, ge=24, description="hours for which replies are kept for replay"
    )
    payments_provider_webhook_secret: SecretStr = Field(
        default=SecretStr(""),
        description="what the sandbox's webhooks are signed with; empty: none is accepted",
    )
    payments_webhook_interval: float = Field(
        default=1.0, gt=0, description="seconds between two rounds of deliveries"
    )
    payments_webhook_timeout: float = Field(
        default=10.0, gt=0, le=30, description="seconds that one delivery may take"
    )
    payments_webhook_batch: int = Field(
        default=40, ge=1, le=200, description="deliveries on their way at once"
    )
    payments_webhook_per_endpoint: int = Field(
        default=4, ge=1, le=50, description="deliveries on their way at once to one endpoint"
    )
    payments_webhook_encryption_key: SecretStr = Field(
        default=SecretStr(""),
        description="32 bytes in URL-safe base64; encrypts the secrets of webhook endpoints",
    )
    payments_webhook_private: bool = Field(
        default=False,
        description="for development: webhooks may go to private addresses and by plain http",
    )
