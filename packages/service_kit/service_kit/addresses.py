"""Where services listen, and where others reach them."""

from __future__ import annotations

import os

from shared_db import ConfigurationError, Service, discover

LOOPBACK = "127.0.0.1"


def host_of(service: Service) -> str:
    """The interface on which a service listens: ``<NAME>_HOST``, by default the loopback one."""
    return os.environ.get(f"{service.prefix}HOST") or LOOPBACK


def port_of(service: Service) -> int:
    """The port of a service: ``<NAME>_PORT``, or the declared one.

    Raises:
        ConfigurationError: the variable holds no port.
    """
    given = os.environ.get(f"{service.prefix}PORT", "").strip()
    if not given:
        return service.port
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise ConfigurationError(f"{service.prefix}PORT={given!r} is not a port: write a number.")
    return int(given)


def service_url(name: str) -> str:
    """The address of a service: ``<NAME>_URL``, or the loopback address with its port.

    Raises:
        ConfigurationError: no such service is installed and the variable is not set.
    """
    given = os.environ.get(f"{name.upper()}_URL")
    if given:
        return given.rstrip("/")
    service = discover().get(name)
    if service is None:
        raise ConfigurationError(f"{name.upper()}_URL is missing: set it to {name}'s address.")
    return f"http://{LOOPBACK}:{port_of(service)}"
