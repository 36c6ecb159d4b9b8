"""The composition root."""

from __future__ import annotations

from fastapi import FastAPI
from service_kit import KeySource, build_app
from shared_db import Database

from profile_service.declaration import service
from profile_service.routes import preferences, profiles
from profile_service.settings import Settings


def create_app(
    settings: Settings | None = None,
    *,
    database: Database | None = None,
    keys: KeySource | None = None,
) -> FastAPI:
    """Put the service together.

    Args:
        settings: by default read from the environment.
        database: by default the service's home.
        keys: the public keys of the tokens; by default fetched from the issuer.
    """
    return build_app(
        service,
        settings or Settings(),
        routers=[profiles.router, preferences.router],
        database=database,
        keys=keys,
    )
