"""Which provider the settings name."""

from __future__ import annotations

import importlib

from service_kit import Clock
from shared_db import Database

from payments_service.errors import ProviderNotFound
from payments_service.provider.fake import FakeProvider
from payments_service.provider.port import Provider


def chosen_provider(
    name: str, database: Database, clock: Clock, *, webhook_secret: str = ""
) -> Provider:
    """The provider that ``PAYMENTS_PROVIDER`` names.

    Args:
        name: ``fake``, or ``module:factory`` of an adapter; the factory takes no arguments.
        database: where the fake keeps its memory.
        clock: the fake's time.
        webhook_secret: what the fake's webhooks are signed with.

    Raises:
        ProviderNotFound: no such module or factory; the message says what to set.
    """
    if name == FakeProvider.name:
        return FakeProvider(database, clock, webhook_secret=webhook_secret)
    module, _, factory = name.partition(":")
    try:
        provider: Provider = getattr(importlib.import_module(module), factory)()
    except (ImportError, ValueError, AttributeError, TypeError) as error:
        raise ProviderNotFound(
            f"PAYMENTS_PROVIDER={name!r} names no provider ({error}): set it to 'fake' or to "
            "'module:factory' of an installed adapter."
        ) from error
    return provider
