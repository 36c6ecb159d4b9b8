"""Which server the tests use: a given one, a container, or the embedded one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shared_db.errors import ConfigurationError

URL_VARIABLE = "TEST_DATABASE_URL"
KIND_VARIABLE = "TEST_POSTGRES"

EPHEMERAL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Settings for data that nobody misses after a crash."""


@dataclass(frozen=True)
class TestServer:
    """A Postgres for tests.

    Args:
        url: its maintenance database, as a role that may create databases and roles.
        origin: where it comes from.
    """

    __test__ = False

    url: str
    origin: Literal["url", "container", "embedded"]

    def url_of(self, database: str) -> str:
        """The URL of another database of the server, as the same role."""
        server, _, query = self.url.partition("?")
        return f"{server.rpartition('/')[0]}/{database}{'?' + query if query else ''}"


def wants_container() -> bool:
    """Whether the tests are to run on a container.

    Raises:
        ConfigurationError: ``TEST_POSTGRES`` has a value that is not known.
    """
    kind = os.environ.get(KIND_VARIABLE, "")
    if kind not in {"", "container", "embedded"}:
        raise ConfigurationError(
            f"{KIND_VARIABLE}={kind!r} is unknown: write 'container' or 'embedded', or leave it "
            "empty."
        )
    return kind == "container" and not os.environ.get(URL_VARIABLE)


def test_server(folder: Path, container_url: str) -> TestServer:
    """The server that the environment asks for, running.

    Raises:
        SharedDbError: it cannot be started.
    """
    given = os.environ.get(URL_VARIABLE)
    if given:
        return TestServer(given, "url")
    if container_url:
        return TestServer(container_url, "container")
    from shared_db.embedded import EmbeddedServer  # noqa: PLC0415

    server = EmbeddedServer(folder / "postgres", settings=EPHEMERAL)
    server.start()
    return TestServer(server.url(), "embedded")


def remove_server(folder: Path, slug: str) -> None:
    """Remove the embedded server, or from a given server what begins with ``slug``."""
    given = os.environ.get(URL_VARIABLE)
    if given:
        from shared_db.testing.leftovers import drop_all  # noqa: PLC0415

        drop_all(given, slug)
    else:
        remove_embedded(folder)


def remove_embedded(folder: Path) -> None:
    """Stop the embedded server of a run and delete its data."""
    from shared_db.embedded import EmbeddedServer  # noqa: PLC0415

    EmbeddedServer(folder / "postgres").remove()
