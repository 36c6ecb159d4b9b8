"""A Postgres in a container, by testcontainers."""

from __future__ import annotations

import gc
import secrets
import warnings
from typing import Any

from shared_db.embedded.configuration import SETTINGS
from shared_db.errors import ConfigurationError, ServerError
from shared_db.testing.server import EPHEMERAL

IMAGE = "postgres:18"


class PostgresContainer:
    """One container; testcontainers removes it too when this process is killed."""

    def __init__(self) -> None:
        self._container: Any = None

    def start(self) -> str:
        """Start it and return the superuser's URL.

        Raises:
            ConfigurationError: testcontainers is not installed.
            ServerError: there is no container engine, or the container does not start.
        """
        reason = ""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # its client forgets to close sockets
            try:
                self._container = _new_container().start()
            except ImportError as error:
                raise ConfigurationError(
                    "TEST_POSTGRES=container needs testcontainers: install the extra [testing]."
                ) from error
            except Exception as error:  # noqa: BLE001 - each engine's client raises its own
                reason = str(error)
            gc.collect()
        if self._container is None:
            raise ServerError(
                f"TEST_POSTGRES=container asks for a container of {IMAGE}, which cannot be "
                f"started ({reason}): start Docker or Podman, or unset TEST_POSTGRES."
            )
        return str(self._container.get_connection_url())

    def stop(self) -> None:
        """Remove it with its data."""
        if self._container is not None:
            self._container.stop()


def _new_container() -> Any:
    from testcontainers.community.postgres import PostgresContainer as Container  # noqa: PLC0415

    container = Container(
        IMAGE,
        username="postgres",
        password=secrets.token_urlsafe(),
        dbname="postgres",
        driver=None,
    )
    settings = {**SETTINGS, **EPHEMERAL}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return container.with_command(["postgres", *options])
