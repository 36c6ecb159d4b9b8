"""The composition root."""

from __future__ import annotations

from datetime import timedelta

from fastapi import FastAPI
from service_kit import Background, Clock, KeySource, TokenVerifier, build_app, utc_now
from shared_db import Database, discover

from auth_service.attempts import Attempts
from auth_service.cleaning import Cleaner
from auth_service.clients import keep_clients
from auth_service.declaration import service
from auth_service.devices import Devices
from auth_service.introspection import Introspection
from auth_service.keyring import Keyring
from auth_service.limits import Limits
from auth_service.login import Login
from auth_service.mail import Mailer, chosen_mailer
from auth_service.mailing import MAIL, Mailing
from auth_service.parts import Parts
from auth_service.passwords import PasswordHasher
from auth_service.recovery import Recovery
from auth_service.registration import Registration
from auth_service.routes import routers
from auth_service.sessions import Lifetimes, Sessions
from auth_service.settings import Settings
from auth_service.tokens import AccessTokens


def create_app(
    settings: Settings | None = None,
    *,
    database: Database | None = None,
    keys: KeySource | None = None,
    mailer: Mailer | None = None,
    clock: Clock = utc_now,
) -> FastAPI:
    """Put the service together.

    Args:
        settings: by default read from the environment.
        database: by default the service's home.
        keys: the public keys of the tokens; by default its own.
        mailer: by default the one that the settings ask for.
        clock: gives the time.
    """
    settings = settings or Settings()
    database = database or Database(service)
    keyring = keyring_of(settings, database, clock)
    verifier = TokenVerifier(
        settings.issuer, service.name, keys or keyring, now=lambda: clock().timestamp()
    )
    parts = _parts(settings, database, keyring, verifier, clock)
    mailing = Mailing(
        database,
        mailer or chosen_mailer(settings),
        clock,
        hours=settings.auth_verification_hours,
        minutes=settings.auth_reset_minutes,
        url=settings.auth_public_url or settings.issuer,
    )

    cleaner = Cleaner(database, clock, interval=settings.auth_cleaning_seconds)

    async def start(_app: FastAPI) -> None:
        await parts.keyring.ensure()
        await keep_clients(database, settings.oauth_clients, clock)
        cleaner.start()

    async def stop(_app: FastAPI) -> None:
        await cleaner.stop()

    app = build_app(
        service,
        settings,
        routers=routers,
        database=database,
        keys=keys or keyring,
        background=Background(database, jobs={MAIL: mailing.handler}),
        on_start=[start],
        on_stop=[stop],
    )
    app.state.verifier = verifier  # by the same clock as the tokens
    app.state.parts = parts
    return app


def _parts(
    settings: Settings,
    database: Database,
    keyring: Keyring,
    verifier: TokenVerifier,
    clock: Clock,
) -> Parts:
    hasher = PasswordHasher()
    sessions = Sessions(
        Lifetimes(
            idle=timedelta(days=settings.auth_session_idle_days),
            absolute=timedelta(days=settings.auth_session_days),
            grace=timedelta(seconds=settings.auth_refresh_grace_seconds),
        ),
        clock,
    )
    devices = Devices(settings.auth_key_encryption_key.get_secret_value())
    attempts = Attempts(
        Limits(
            lock_after=settings.auth_lock_after,
            lock=timedelta(seconds=settings.auth_lock_seconds),
            longest_lock=timedelta(seconds=settings.auth_lock_longest_seconds),
            address_failures=settings.auth_address_failures,
            address_requests=settings.auth_address_requests,
            window=timedelta(seconds=settings.auth_address_window_seconds),
        ),
        devices,
    )
    login = Login(database, hasher, attempts, sessions, clock)
    return Parts(
        settings=settings,
        keyring=keyring,
        tokens=AccessTokens(
            keyring,
            settings.issuer,
            tuple(sorted(discover())),
            timedelta(seconds=settings.auth_access_token_seconds),
            clock,
        ),
        registration=Registration(database, hasher, attempts, clock),
        recovery=Recovery(
            database,
            hasher,
            login,
            attempts,
            sessions,
            clock,
        ),
        introspection=Introspection(verifier, sessions, settings.issuer, clock),
        login=login,
        sessions=sessions,
        devices=devices,
        clock=clock,
    )


def keyring_of(settings: Settings, database: Database, clock: Clock = utc_now) -> Keyring:
    """The keyring, also for the command that rotates it."""
    return Keyring(
        database,
        settings.auth_key_encryption_key.get_secret_value(),
        cache_seconds=settings.auth_key_cache_seconds,
        clock=clock,
    )
