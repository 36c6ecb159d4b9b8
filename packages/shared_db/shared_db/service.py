"""The declaration of a service and how the installed ones are found."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from shared_db.errors import ConfigurationError, UnknownService

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import MetaData

ENTRY_POINT_GROUP = "outgrow.services"

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, kw_only=True)
class Service:
    """What the tools need to know about a service; declared once, beside its code.

    Text that names Python objects (``metadata``, ``migrations``, ``app``) is resolved only when
    it is used, so reading the declarations of all services imports none of them.

    Args:
        name: the service's name, also its role and branch: lower-case letters, digits and ``_``.
        title: the name that people read.
        port: the default TCP port in development.
        metadata: ``module:attribute`` of the SQLAlchemy ``MetaData`` with the service's tables.
        migrations: ``package:folder`` of the service's Alembic versions.
        app: ``module:attribute`` of the factory of its web application.
        schema: its Postgres schema; empty means the service's name.
        scopes: OAuth scopes that the service's own token needs to call other services.
        secrets: environment variables that are generated when they are missing.
        events: types of the events that it produces.
        issuer: whether it issues the access tokens of all services; one does.
        first_request: a shell command to try first, with ``{url}`` for the service's address.
    """

    name: str
    title: str
    port: int
    metadata: str
    migrations: str
    app: str
    schema: str = ""
    scopes: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    issuer: bool = False
    first_request: str = ""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ConfigurationError(
                f"The service name {self.name!r} cannot be used: choose lower-case letters, "
                "digits and '_', a letter first, 40 characters at most."
            )
        if not self.schema:
            object.__setattr__(self, "schema", self.name)

    @property
    def prefix(self) -> str:
        """The prefix of the service's environment variables, such as ``PAYMENTS_``."""
        return f"{self.name.upper()}_"

    def load_metadata(self) -> MetaData:
        """Import the models and return their ``MetaData``."""
        module, _, attribute = self.metadata.partition(":")
        metadata: MetaData = getattr(importlib.import_module(module), attribute)
        return metadata


@cache
def discover() -> Mapping[str, Service]:
    """All installed services by name, in the order of their ports.

    Raises:
        ConfigurationError: two packages declare the same service.
    """
    found: dict[str, Service] = {}
    for point in entry_points(group=ENTRY_POINT_GROUP):
        service: Service = point.load()
        if service.name in found and found[service.name] != service:
            raise ConfigurationError(
                f"Two installed packages declare the service {service.name!r}: uninstall one."
            )
        found[service.name] = service
    return dict(sorted(found.items(), key=lambda item: (item[1].port, item[0])))


def find(name: str) -> Service:
    """The installed service of that name.

    Raises:
        UnknownService: none is installed under that name; the message lists those that are.
    """
    services = discover()
    if name not in services:
        known = ", ".join(services) or "none is installed"
        raise UnknownService(f"There is no service {name!r}; the installed services: {known}.")
    return services[name]
