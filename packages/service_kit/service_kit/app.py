"""The application factory: what every service has, around what is its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import structlog
from fastapi import APIRouter, FastAPI
from shared_db import Database, Service
from starlette.middleware.cors import CORSMiddleware

from service_kit import development_packages, health, placement
from service_kit.allowed_methods import AllowedMethods
from service_kit.background import Background
from service_kit.docs import operation_id, use_problem_document
from service_kit.metrics import RequestMetrics
from service_kit.middleware import BodyLimit, Failures, Repetition, RequestContext
from service_kit.middleware.context import REQUEST_ID
from service_kit.problem_replies import add_problem_replies
from service_kit.settings import ServiceSettings
from service_kit.tokens import KeySource, TokenVerifier

Hook = Callable[[FastAPI], Awaitable[None]]

API_VERSION = "1.0.0"

_log = structlog.get_logger(__name__)


def build_app(
    service: Service,
    settings: ServiceSettings,
    *,
    routers: Iterable[APIRouter],
    database: Database | None = None,
    keys: KeySource | None = None,
    background: Background | None = None,
    on_start: Iterable[Hook] = (),
    on_stop: Iterable[Hook] = (),
) -> FastAPI:
    """Make a service's application.

    Args:
        service: its declaration.
        settings: its settings.
        routers: its routes.
        database: by default that of the declaration; opened at the start, closed at the end.
        keys: public keys of access tokens; by default the issuer's, fetched when needed.
        background: jobs and consumers of events, which run while the application does.
        on_start: called in order when the database is open.
        on_stop: called in order before the database is closed.

    Raises:
        ConfigurationError: the placement settings cannot be used.
    """
    database = database or Database(service)
    app = FastAPI(
        title=f"{service.title} API",
        version=API_VERSION,
        lifespan=_lifespan(database, tuple(on_start), tuple(on_stop)),
        generate_unique_id_function=operation_id,
        redoc_url=None,
    )
    app.state.database = database
    app.state.background = background
    app.state.ending = False
    app.state.runs_background = background is not None and settings.background
    app.state.metrics = metrics = RequestMetrics(service.name)
    keys = keys or _issuer_keys(settings)
    app.state.verifier = TokenVerifier(settings.issuer, service.name, keys)
    all_routers = (*routers, health.router, placement.router)
    for router in all_routers:
        app.include_router(router)
    app.state.allowed_methods = AllowedMethods(all_routers)
    add_problem_replies(app)
    use_problem_document(app)
    _wrap(app, settings, metrics)
    return app


def _wrap(app: FastAPI, settings: ServiceSettings, metrics: RequestMetrics) -> None:
    """Put the middlewares around the application, the innermost first."""
    app.add_middleware(Repetition, deadline=settings.repeat_deadline)
    app.add_middleware(BodyLimit, limit=settings.body_limit)
    app.add_middleware(Failures)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=[REQUEST_ID, "etag", "retry-after"],
        )
    app.add_middleware(RequestContext, metrics=metrics)


def _issuer_keys(settings: ServiceSettings) -> KeySource:
    development_packages.load("httpx")
    from service_kit.tokens.jwks import JwksClient  # noqa: PLC0415 - the issuer needs no client

    return JwksClient(settings.keys_url)


def _lifespan(
    database: Database, on_start: tuple[Hook, ...], on_stop: tuple[Hook, ...]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stopping:
            await database.open()
            stopping.push_async_callback(database.close)
            if database.home.notice:
                _log.warning("placement_differs", notice=database.home.notice)
            for hook in reversed(on_stop):
                stopping.push_async_callback(hook, app)
            for hook in on_start:
                await hook(app)
            if app.state.runs_background:
                app.state.background.start()
                stopping.push_async_callback(app.state.background.stop)
            yield

    return lifespan
