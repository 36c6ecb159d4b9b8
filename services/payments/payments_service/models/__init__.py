"""The tables of the schema ``payments``."""

from service_kit.events import inbox_tables
from service_kit.jobs import jobs_table

from payments_service.models.idempotency import IdempotencyKey
from payments_service.models.intents import Customer, PaymentIntent
from payments_service.models.ledger import LedgerEntry, LedgerTransaction
from payments_service.models.operations import Capture, PaymentAttempt, Refund
from payments_service.models.outbox import OutboxEvent
from payments_service.models.sandbox import SandboxOperation
from payments_service.models.table import Table, metadata
from payments_service.models.webhooks import (
    ProviderEvent,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookSecret,
)

inbox_tables(metadata)
jobs_table(metadata)

__all__ = [
    "Capture",
    "Customer",
    "IdempotencyKey",
    "LedgerEntry",
    "LedgerTransaction",
    "OutboxEvent",
    "PaymentAttempt",
    "PaymentIntent",
    "ProviderEvent",
    "Refund",
    "SandboxOperation",
    "Table",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookSecret",
    "metadata",
]
