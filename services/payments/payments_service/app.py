"""The composition root: what the service is made of, and how its parts meet."""

from __future__ import annotations

from datetime import timedelta

from fastapi import FastAPI
from service_kit import Background, Clock, KeySource, build_app, utc_now
from service_kit.jobs import JobHandler
from shared_db import Database

from payments_service.cashier import Cashier
from payments_service.closing import CLOSE, close_by_job
from payments_service.consumers import account_events
from payments_service.declaration import service
from payments_service.provider.choose import chosen_provider
from payments_service.provider.port import Provider
from payments_service.reconciliation import Reconciler
from payments_service.routes import routers
from payments_service.settings import Settings
from payments_service.webhooks.deliverer import Deliverer
from payments_service.webhooks.sealing import Seal
from payments_service.webhooks.sender import WebhookSender


def create_app(
    settings: Settings | None = None,
    *,
    database: Database | None = None,
    keys: KeySource | None = None,
    provider: Provider | None = None,
    clock: Clock = utc_now,
) -> FastAPI:
    """The web application.

    Args:
        settings: by default read from the environment.
        database: by default the one that the environment places.
        keys: where public keys of tokens come from; by default the issuer's JWKS.
        provider: by default the one that ``PAYMENTS_PROVIDER`` names.
        clock: gives the time.

    Raises:
        ProviderNotFound: ``PAYMENTS_PROVIDER`` names none.
    """
    settings = settings or Settings()
    database = database or Database(service)
    provider = provider or chosen_provider(
        settings.payments_provider,
        database,
        clock,
        webhook_secret=settings.payments_provider_webhook_secret.get_secret_value(),
    )
    cashier = Cashier(database, provider, clock, timeout=settings.payments_provider_timeout)
    sender = WebhookSender(
        timeout=settings.payments_webhook_timeout, private=settings.payments_webhook_private
    )
    seal = Seal(settings.payments_webhook_encryption_key.get_secret_value())
    background = [_reconciler(cashier, settings), _deliverer(cashier, sender, seal, settings)]

    async def start(_app: FastAPI) -> None:
        seal.check()
        for rounds in background:
            rounds.start()

    async def stop(_app: FastAPI) -> None:
        for rounds in background:
            await rounds.stop()

    app = build_app(
        service,
        settings,
        routers=routers,
        database=database,
        keys=keys,
        background=Background(
            database,
            jobs={CLOSE: JobHandler(close_by_job(cashier))},
            consumers=[account_events(clock)],
        ),
        on_start=[start],
        on_stop=[stop],
    )
    app.state.cashier = cashier
    app.state.webhook_sender = sender
    app.state.webhook_seal = seal
    return app


def _reconciler(cashier: Cashier, settings: Settings) -> Reconciler:
    return Reconciler(
        cashier,
        interval=settings.payments_reconcile_interval,
        batch=settings.payments_reconcile_batch,
        keep=timedelta(hours=settings.payments_idempotency_hours),
    )


def _deliverer(
    cashier: Cashier, sender: WebhookSender, seal: Seal, settings: Settings
) -> Deliverer:
    return Deliverer(
        cashier.database,
        sender,
        seal,
        cashier.clock,
        interval=settings.payments_webhook_interval,
        batch=settings.payments_webhook_batch,
        per_endpoint=settings.payments_webhook_per_endpoint,
    )
