"""What must be there before services start: secrets, the database server, free ports, schemas."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil
from shared_db import ConfigurationError, Service, SharedDbError
from shared_db.embedded import EmbeddedServer
from shared_db.passwords import ensure_passwords
from shared_db.secrets_file import ensure
from shared_db.settings import SECRETS_FILE

from service_kit.addresses import host_of, port_of


def prepare_secrets(services: Mapping[str, Service], data_dir: Path) -> dict[str, str]:
    """Generate what is missing of passwords, client secrets and declared keys.

    Returns:
        The variables that services get on top of the environment.
    """
    ensure_passwords(services)
    names = [name for service in services.values() for name in service.secrets]
    names += [_client_secret(service) for service in services.values() if service.scopes]
    kept = ensure(data_dir / SECRETS_FILE, [name for name in names if not os.environ.get(name)])
    known = {**kept, **os.environ}
    clients = {
        service.name: {"secret": known[_client_secret(service)], "scopes": list(service.scopes)}
        for service in services.values()
        if service.scopes
    }
    return {"OAUTH_CLIENTS": os.environ.get("OAUTH_CLIENTS") or json.dumps(clients)}


def refuse_taken_ports(services: Mapping[str, Service]) -> None:
    """See that every service can listen.

    Raises:
        ConfigurationError: a port is taken; the message names it, the service and the holder.
    """
    for service in services.values():
        host, port = host_of(service), port_of(service)
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise ConfigurationError(
                    f"port {port}, which {service.name} needs, cannot be used "
                    f"({error.strerror}{_holder(port)}): stop what listens there, or set "
                    f"{service.prefix}PORT to another port."
                ) from error


def server_runs(data_dir: Path) -> bool:
    """Whether the embedded server accepts connections."""
    return EmbeddedServer(data_dir / "postgres").status() is not None


def start_server(data_dir: Path) -> None:
    """Start the embedded server unless it runs."""
    EmbeddedServer(data_dir / "postgres").start()


def stop_server(data_dir: Path) -> None:
    """Stop the embedded server."""
    EmbeddedServer(data_dir / "postgres").stop()


def apply_placement() -> None:
    """Create and migrate what the placement asks for, in a process of its own.

    Services that live elsewhere stay there: moving them is an act of its own.

    Raises:
        SharedDbError: the command failed; it has told why.
    """
    finished = subprocess.run(
        [sys.executable, "-m", "shared_db", "apply", "--no-move"],
        check=False,
        start_new_session=True,  # Ctrl-C is for the runner, which then ends this process
    )
    if finished.returncode:
        raise SharedDbError("the databases could not be prepared; see the line above.")


def _client_secret(service: Service) -> str:
    return f"{service.prefix}CLIENT_SECRET"


def _holder(port: int) -> str:
    """Who listens on the port, as far as this account may know."""
    try:
        for connection in psutil.net_connections("tcp"):
            local = connection.laddr
            if connection.status == psutil.CONN_LISTEN and local and local.port == port:
                if connection.pid is None:
                    return ""
                name = psutil.Process(connection.pid).name()
                return f", held by {name} with process id {connection.pid}"
    except (psutil.Error, OSError):
        return ""
    return ""
