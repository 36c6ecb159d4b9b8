"""A Postgres in a container, by testcontainers."""

from __future__ import annotations

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
        try:
            from testcontainers.postgres import PostgresContainer as Container  # noqa: PLC0415
        except ImportError as error:
            raise ConfigurationError(
                "TEST_POSTGRES=container needs testcontainers: install the extra [testing]."
            ) from error
        try:
            self._container = Container(IMAGE, username="postgres", dbname="postgres", driver=None)
            self._container.with_command(_command()).start()
        except Exception as error:
            raise ServerError(
                f"TEST_POSTGRES=container asks for a container of {IMAGE}, which cannot be "
                f"started ({error}): start Docker or Podman, or unset TEST_POSTGRES."
            ) from error
        return str(self._container.get_connection_url())

    def stop(self) -> None:
        """Remove it with its data."""
        if self._container is not None:
            self._container.stop()


def _command() -> list[str]:
    settings = {**SETTINGS, **EPHEMERAL}
    return ["postgres", *(part for n, v in settings.items() for part in ("-c", f"{n}={v}"))]
