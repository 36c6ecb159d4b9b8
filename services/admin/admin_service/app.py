"""The composition root."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from service_kit import Background, KeySource, ServiceClient, build_app
from shared_db import Database

from admin_service.declaration import service
from admin_service.erasures import acknowledgements
from admin_service.routes import accounts, audit, payments, placement, users
from admin_service.settings import Settings
from admin_service.upstreams import Upstreams


def _connect(name: str) -> ServiceClient:
    return ServiceClient(name, own=service.name)


def create_app(
    settings: Settings | None = None,
    *,
    database: Database | None = None,
    keys: KeySource | None = None,
    connect: Callable[[str], ServiceClient] = _connect,
) -> FastAPI:
    """Put the service together.

    Args:
        settings: by default read from the environment.
        database: by default the service's home.
        keys: the public keys of the tokens; by default fetched from the issuer.
        connect: makes the client of another service, of which it gets the name.
    """
    settings = settings or Settings()
    upstreams = Upstreams(connect)

    async def close_upstreams(_app: FastAPI) -> None:
        await upstreams.close()

    database = database or Database(service)
    app = build_app(
        service,
        settings,
        routers=[users.router, accounts.router, payments.router, placement.router, audit.router],
        database=database,
        keys=keys,
        background=Background(
            database,
            consumers=acknowledgements(settings.admin_erasures),
            connect=connect,
        ),
        on_stop=[close_upstreams],
    )
    app.state.settings = settings
    app.state.upstreams = upstreams
    return app
