"""The composition root."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from service_kit import Background, KeySource, build_app
from service_kit.events import feed
from service_kit.events.consumer import Feed
from service_kit.jobs import JobHandler
from shared_db import Database

from profile_service.consumers import ACCOUNTS
from profile_service.declaration import service
from profile_service.erasure import ERASE, do_erase
from profile_service.exports import EXPORT, do_export
from profile_service.routes import exports, preferences, profiles
from profile_service.settings import Settings


def create_app(
    settings: Settings | None = None,
    *,
    database: Database | None = None,
    keys: KeySource | None = None,
    connect: Callable[[str], Feed] | None = None,
) -> FastAPI:
    """Put the service together.

    Args:
        settings: by default read from the environment.
        database: by default the service's home.
        keys: the public keys of the tokens; by default fetched from the issuer.
        connect: makes the client of a service whose events are consumed.
    """
    database = database or Database(service)
    return build_app(
        service,
        settings or Settings(),
        routers=[profiles.router, preferences.router, exports.router, feed],
        database=database,
        keys=keys,
        background=Background(
            database,
            jobs={EXPORT: JobHandler(do_export), ERASE: JobHandler(do_erase)},
            consumers=[ACCOUNTS],
            connect=connect,
        ),
    )
